"""One path: the operation is named in a head of the request."""

from __future__ import annotations

from generator.emulator.licensemanager.responses import LicenseManagerResponse

url_bases = [r"https?://license-manager\.(.+)\.amazonaws\.com"]
url_paths = {"{0}/$": LicenseManagerResponse.dispatch}
