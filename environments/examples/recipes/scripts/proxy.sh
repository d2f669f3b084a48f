#!/bin/bash
# The packages come through a proxy.
echo 'proxy=http://proxy.example.internal:3128' >> /etc/dnf/dnf.conf
mkdir -p /opt/build
