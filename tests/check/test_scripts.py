"""Scripts inside of documents, by the real bash and the real shellcheck: each finding at its line of the YAML."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from specs import SMALL, write_spec

from generator.check import scripts
from generator.check.powershell import PWSH_HINT
from generator.check.scripts import BASH_HINT, SHELLCHECK_HINT, check_scripts
from generator.check.user_data import user_data_scripts
from generator.source.yaml import parse
from generator.spec.loading import read

CATALOG = sorted((Path(__file__).parents[2] / "environments").rglob("components/*.yaml"))
HEAD = "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n"
STEP = "      - name: {name}\n        action: ExecuteBash\n        inputs:\n          commands:\n{commands}"


def step(name: str, *commands: str) -> str:
    """A step with the commands as written, each line indented to its place."""
    lines = [f"            {line}\n" for command in commands for line in command.split("\n")]
    return STEP.format(name=name, commands="".join(lines))


def findings(*steps: str, line_end: str = "\n") -> list[str]:
    text = (HEAD + "".join(steps)).replace("\n", line_end)
    found, hints = check_scripts([parse("d.yaml", text.encode())])
    assert hints == ()
    return [str(each).removeprefix("d.yaml:") for each in found]


def test_the_scripts_of_the_catalog_are_clean() -> None:
    assert CATALOG
    found, hints = check_scripts([parse(str(path), path.read_bytes()) for path in CATALOG])
    assert found == ()
    assert set(hints) <= {PWSH_HINT}  # which not every machine has


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_syntax_error_is_at_its_line_of_a_block(line_end: str) -> None:
    wrong = step("Wrong", "- echo start", "- |\n  if true; then\n    echo {{ Reference }}\n  done")
    assert findings(step("Right", "- echo hello"), wrong, line_end=line_end) == [
        "18:15: phases[0].steps[1].inputs.commands: bash cannot read the script: "
        "syntax error near unexpected token `done'."
    ]


def test_commands_are_one_script_as_for_awstoe() -> None:
    assert findings(step("Loop", "- for each in a b; do", "- 'echo \"$each\"'", "- done")) == []


def test_a_document_in_a_script_that_never_ends_is_told() -> None:
    assert findings(step("Open", "- |\n  cat > /etc/motd <<EOF\n  hello\n  EOD")) == [
        "12:15: warning: phases[0].steps[0].inputs.commands: bash: here-document at line 1 delimited by end-of-file "
        "(wanted `EOF'). (G401)"
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('- "echo \\"one"', '- "echo \\"two"'),
        ('- "echo \'one"', '- "echo \'two"'),
        ('- "echo `one"', '- "echo `two"'),
        ("- |\n  cat <<EOF\n  one", "- |\n  cat <<EOF\n  two\n  EOF"),
        ("- |\n  cat <<$x\n  one", "- |\n  cat <<$x\n  two\n  $x"),
        ("- 'x=$(one'", "- ')'"),
        ("- 'if one; then'", "- 'fi'"),
    ],
)
def test_what_a_script_leaves_open_no_other_one_closes(first: str, second: str) -> None:
    assert "steps[0]" in findings(step("First", first), step("Second", second))[0]
    assert "steps[1]" in findings(step("Second", second), step("First", first))[-1]


def test_scripts_that_end_as_they_may_are_whole() -> None:
    document = '- |\n  cat <<-"END"\n  two\n  END'
    ends = ["- 'echo one \\'", "- '# comment'", document, "- 'echo $((1<<2))'", "- 'cat <<<x'"]
    assert findings(*(step(f"Step{number}", end) for number, end in enumerate(ends))) == []


def test_a_place_to_fill_in_is_no_error_of_the_script() -> None:
    """Samples have them, also where bash finds no file behind a redirection."""
    assert findings(step("Sample", "- scan --token <your token here>", "- cat <file >copy")) == [
        "9:15: warning: phases[0].steps[0].inputs.commands: <your token here> is a place to fill in; bash reads "
        "redirections. Fill it in. (G215)"
    ]
    assert [each.split(": ")[2] for each in findings(step("Worse", "- scan <token>", "- fi"))] == [
        "bash cannot read the script"
    ]


def test_a_reference_is_no_constant() -> None:
    """AWSTOE puts another value there at every run."""
    compared = "- |\n  if [ '{{ build.Os.outputs.stdout }}' == amzn ]; then\n    exit {{ FailCode }}\n  fi"
    assert findings(step("Compared", compared)) == []
    pattern = '- |\n  if [[ "{{ build.Os.outputs.stdout }}" == amzn* ]]; then\n    echo it\n  fi'
    cases = '- |\n  case "{{ Os }}" in\n    amzn*) echo it ;;\n  esac'
    loop = '- for each in {{ Packages }}; do dnf install -y "$each"; done'
    assert findings(step("Pattern", pattern), step("Cases", cases), step("Loop", loop)) == []
    assert [each[-15:] for each in findings(step("Constant", "- if [ amzn == rhel ]; then echo; fi"))] == [
        "(SC2050) (G401)"
    ]


@pytest.mark.parametrize(
    "reference",
    [
        "{{ aws:ssm:resolve(name) }}",
        "{{env:ProgramFiles(x86)}}",
        "{{ context:uuid }}",
        "{{ aws:imds:placement/region }}",
    ],
)
def test_what_awstoe_looks_up_itself_is_a_word(reference: str) -> None:
    assert findings(step("Say", f"- echo {reference}")) == []


def test_every_wrong_script_is_told() -> None:
    found = findings(step("One", "- fi"), step("Two", "- echo fine"), step("Three", "- echo (a)"))
    assert [each.split(": ")[1] for each in found] == [
        "phases[0].steps[0].inputs.commands",
        "phases[0].steps[2].inputs.commands",
    ]


def test_shellcheck_warns_at_the_line(tmp_path: Path) -> None:
    assert findings(step("Clean", "- 'set -eu'", '- >-\n  rm -rf\n  "$HOME/"*', "- cd /tmp || exit 1")) == [
        '10:15: warning: phases[0].steps[0].inputs.commands: Use "${var:?}" to ensure this never expands to /* . '
        "(SC2115) (G401)"
    ]


def test_more_scripts_than_a_command_line_takes_go_to_many_shellchecks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripts, "BATCH", 2)
    assert set(findings(*(step(f"Step{number}", f"- cd /opt/{number}") for number in range(5)))) == {
        f"{9 + 5 * number}:15: warning: phases[0].steps[{number}].inputs.commands: "
        "Use 'cd ... || exit' or 'cd ... || return' in case cd fails. (SC2164) (G401)"
        for number in range(5)
    }


def test_what_bash_finds_is_told_where_shellcheck_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(scripts, "_installed", lambda name: str(tmp_path / name))
    document = parse("d.yaml", (HEAD + step("Wrong", "- fi") + step("Right", "- ls")).encode())
    found, hints = check_scripts([document])
    assert [each.line for each in found] == [9]
    assert [hint.partition(":")[0] for hint in hints] == [
        "shellcheck does not answer, so scripts are checked for their syntax alone"
    ]


def test_user_data_that_a_shell_runs_is_read_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    inline = "user_data: |\n  #!/usr/bin/env bash\n  if true; then\n    echo yes\n  done\n"
    image = SMALL["images/web.yaml"]
    in_file = image.replace("image: web", "image: other\nuser_data: {file: first.sh}")
    files = {
        "images/web.yaml": image + inline,
        "images/other.yaml": in_file,
        "first.sh": "#!/bin/sh\n\nrm -rf $CACHE/*\n",
    }
    sources = read(write_spec(Path("spec"), files)).sources
    assert sources
    found, _ = check_scripts([], user_data_scripts(sources))
    assert [str(each) for each in sorted(found)] == [
        'spec/first.sh:3:1: warning: Use "${var:?}" to ensure this never expands to /* . (SC2115) (G401)',
        "spec/images/web.yaml:9:3: user_data: bash cannot read the script: syntax error near unexpected token `done'.",
    ]


def test_what_the_instance_has_is_no_finding() -> None:
    """Files that are sourced and variables that nobody sets here, as every real component has them."""
    assert findings(step("Os", '- |\n  . /etc/os-release\n  echo "${VERSION_ID}" "$FROM_ELSEWHERE"')) == []


def test_steps_that_are_none_are_left_to_the_check_of_the_document() -> None:
    text = (
        "phases: [1, {steps: 2}, {steps: [3, {action: ExecuteBash}, {action: ExecuteBash, inputs: {commands: [{}]}}]}]"
    )
    assert check_scripts([parse("d.yaml", text.encode())]) == ((), ())


def test_a_tool_that_is_not_there_is_said_and_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = parse("d.yaml", (HEAD + step("Wrong", "- fi")).encode())
    bash = shutil.which("bash")
    assert bash is not None
    (tmp_path / "bash").symlink_to(bash)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    found, hints = check_scripts([document])
    assert len(found) == 1
    assert hints == (SHELLCHECK_HINT,)
    (tmp_path / "bash").unlink()
    assert check_scripts([document]) == ((), (BASH_HINT,))
