"""What is written down of the ids of launch templates: what was found, and what is known of the rest."""

from __future__ import annotations

from pathlib import Path

from specs import write_spec

from generator.check.template_ids import plan_recording, template_ids_text
from generator.source.report import Report
from generator.spec.files import gather
from generator.spec.template_ids import TEMPLATE_IDS_FILE

ROOT, OTHER = "prod/web/us-east-1", "prod/data/us-east-1"
FIRST, SECOND = "lt-0123456789abcdef0", "lt-0fedcba9876543210"


def recorded(spec: Path) -> dict[str, dict[str, str]]:
    report = Report()
    ids = gather(spec, report).template_ids
    assert report.diagnostics == []
    return {root: dict(names) for root, names in ids.items()}


def test_what_is_found_is_written_and_read_back_and_is_no_news_then(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    found, known = {ROOT: {"web": FIRST}}, {ROOT: {"web", "app"}, OTHER: {"web"}}
    first = plan_recording(spec, found, known)
    assert first.changed == [(ROOT, "web", FIRST)]
    first.write()
    assert recorded(spec) == found
    assert (plan_recording(spec, found, known).is_needed, plan_recording(spec, {}, known).is_needed) == (False, False)


def test_an_id_that_aws_gave_anew_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    known = {ROOT: {"web"}, OTHER: {"web"}}
    plan_recording(spec, {ROOT: {"web": FIRST}, OTHER: {"web": FIRST}}, known).write()
    again = plan_recording(spec, {ROOT: {"web": SECOND}}, known)
    assert again.changed == [(ROOT, "web", SECOND)]
    assert again.ids == {OTHER: {"web": FIRST}, ROOT: {"web": SECOND}}


def test_what_the_spec_no_longer_has_goes(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    plan_recording(spec, {ROOT: {"web": FIRST}}, {ROOT: {"web"}}).write()
    gone = plan_recording(spec, {}, {ROOT: frozenset()})
    assert (gone.is_needed, gone.changed, dict(gone.ids)) == (True, [], {})
    gone.write()
    assert recorded(spec) == {}


def test_the_file_is_in_order_whatever_the_order_was() -> None:
    one = template_ids_text({ROOT: {"web": FIRST, "app": SECOND}, OTHER: {"web": FIRST}})
    assert one == template_ids_text({OTHER: {"web": FIRST}, ROOT: {"app": SECOND, "web": FIRST}})
    assert one.index(OTHER) < one.index(ROOT) < one.index("app:")
    assert TEMPLATE_IDS_FILE == "launch_templates.lock.yaml"
