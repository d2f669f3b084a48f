"""A Dockerfile template that does not become a Dockerfile.

What: a mark that is missing, misspelt or stands where it does not work, a line that begins with no instruction, or
anything but ARG before FROM.
Why: AWS takes any template of up to 16,000 characters. A mark that is wrong leaves the components out; the rest fails
in `docker build`, after an instance has been launched for it.
Bad:
    container:
      dockerfile: |
        FROM {{{ imagebuilder:parentImage }}}
        RUN {{{ imagebuilder:components }}}
Good:
    container:
      dockerfile: |
        FROM {{{ imagebuilder:parentImage }}}
        {{{ imagebuilder:environments }}}
        {{{ imagebuilder:components }}}
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/create-container-recipes.html,
https://docs.docker.com/reference/dockerfile/
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G317", "dockerfile-template", "error", __doc__)
