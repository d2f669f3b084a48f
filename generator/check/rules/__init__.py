"""The rules of `goldsmith check` that look at more than one thing: one in a file, under a code that never changes."""

from __future__ import annotations

from generator.check.rule import Rule
from generator.check.rules import (
    g001_ignore_without_effect,
    g101_unused,
    g102_tests_never_run,
    g103_untested,
    g104_chain_order,
    g105_base_may_vanish,
    g106_taken_from_receivers,
    g107_stays_for_ever,
    g108_exclusion_without_effect,
    g109_skips_environments,
    g110_secret_in_parameter,
    g111_base_out_of_support,
    g112_wait_unheard,
)

RULES: dict[str, Rule] = {
    module.RULE.code: module.RULE
    for module in (
        g001_ignore_without_effect,
        g101_unused,
        g102_tests_never_run,
        g103_untested,
        g104_chain_order,
        g105_base_may_vanish,
        g106_taken_from_receivers,
        g107_stays_for_ever,
        g108_exclusion_without_effect,
        g109_skips_environments,
        g110_secret_in_parameter,
        g111_base_out_of_support,
        g112_wait_unheard,
    )
}
