"""The organization's own Terraform in a root: copied as it stands, and told apart from what is rendered.

It is the one thing of a spec that reaches Terraform without the encoder, because it is Terraform: it is reviewed as
code, in the spec and in the rendered tree (docs/escape-hatch.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.errors import GoldsmithError
from generator.render import hcl
from generator.render.roots import Root
from generator.spec.hcl_blocks import top_level_blocks
from generator.spec.model_extra import ExtraFile

# Blocks whose name a root may have once; of resources and data sources a root has none itself.
_NAMED = ("module", "output", "variable")


def extras_of(root: Root) -> list[ExtraFile]:
    """The extra files of this root, by path."""
    place = (root.account.name, root.region)
    return [extra for extra in root.environment.extras if (extra.account, extra.region) == place]


def extra_files(root: Root, rendered: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Path in the root and text of each. Raises GoldsmithError for one that says what a rendered file says too."""
    extras = extras_of(root)
    own = {name: text for name, text in rendered.items() if extras and name.endswith(".tf")}
    taken = {block.words: name for name, text in own.items() for block in top_level_blocks(text)}
    for extra in extras:
        is_terraform = extra.path.endswith(".tf")
        if is_terraform and "/" not in extra.path:
            _refuse_taken(extra, taken)
        yield extra.path, f"{_heading(extra)}\n{extra.text}" if is_terraform else extra.text


def _refuse_taken(extra: ExtraFile, taken: Mapping[tuple[str, ...], str]) -> None:
    for block in top_level_blocks(extra.text):
        if block.words[0] in _NAMED and block.words in taken:
            what = f'{block.words[0]} "{block.words[1]}"'
            raise GoldsmithError(
                f"{extra.source}:{block.line}: {what} stands in the rendered {taken[block.words]} already. "
                "Give it another name."
            )


def _heading(extra: ExtraFile) -> hcl.Hcl:
    return hcl.comment(f"A copy of {extra.source} of the spec: change it there, then run `goldsmith render`.")
