"""Something in a script that does not mean what it seems to.

What: what shellcheck finds in the commands of a step, where it is installed: `pip install 'goldsmith[shell]'`. Its
own code stands at the end, such as SC2086. A comment `# shellcheck disable=SC2086` in the script ignores one place.
Also what bash itself warns of and runs all the same, such as a document in the script that never ends.
Why: a build runs as root and unattended. A word that splits, or a variable that is empty, shows up in the image only.
Bad:
    commands: ["rm -rf $CACHE/*"]
Good:
    commands: ['rm -rf "${CACHE:?}"/*']
Source: https://www.shellcheck.net/wiki/
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G401", "script-finding", "warning", __doc__)
