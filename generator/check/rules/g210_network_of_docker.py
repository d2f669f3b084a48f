"""A network that Docker takes for its own.

What: the network that is made for builds has addresses of 172.17.0.0/16.
Why: Docker on an instance uses that range for containers. Once it runs, what lies in the network behind these
addresses, endpoints of AWS among it, is out of reach.
Bad:
    build: {network: {cidr: 172.17.0.0/24}}
Good:
    build: {network: {cidr: 10.0.0.0/24}}
Source: https://docs.docker.com/engine/network/drivers/bridge/
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G210", "network-of-docker", "warning", __doc__)
