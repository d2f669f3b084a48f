"""One path: which operation a request means is read from botocore's model."""

from __future__ import annotations

from generator.emulator.imagebuilder.responses import ImageBuilderResponse

url_bases = [r"https?://imagebuilder\.(.+)\.amazonaws\.com"]
url_paths = {"{0}/.*$": ImageBuilderResponse.dispatch}
