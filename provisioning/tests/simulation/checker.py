"""The invariants of the reliability reference, judged over the histories of a world.

`judge(world)` answers every breach as a sentence that begins with its id. What was seen while it
happened (a crash, an import that should not have been believed) is in `world.broken` already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from provisioning.tests.simulation.findings import History
from provisioning.tests.simulation.promises.decided import (
    I15_one_definition_a_cycle,
    I23_nothing_without_approval,
    I23_what_was_sent_was_planned,
)
from provisioning.tests.simulation.promises.people import (
    I01_no_name_twice,
    I01_nobody_twice,
    I10_links_are_true,
)
from provisioning.tests.simulation.promises.removals import (
    I02_deleted_in_time,
    I02_nobody_leaves_who_is_in,
    I03_the_guard_holds,
)
from provisioning.tests.simulation.promises.right import (
    I06_groups_have_their_members,
    I06_the_target_is_as_it_should_be,
    I06_whoever_is_not_right_is_waited_for,
    I07_rest,
    I08_nothing_but_what_differs,
    I13_the_watermark_is_reached,
)
from provisioning.tests.simulation.promises.telling import (
    I04_one_change_one_entry,
    I04_the_entry_says_what_was_and_what_is,
    I12_counts_reconcile,
    I14_the_token_stays_where_it_belongs,
    I16_one_notice_for_a_quarantine,
)
from provisioning.tests.simulation.promises.turns import (
    I05_one_cycle,
    I05_one_writer,
    I09_failure_moves_no_mark,
    I24_a_sick_target_is_left_alone,
)
from provisioning.tests.simulation.world import World

PROMISES: tuple[Callable[[History], Iterator[str]], ...] = (
    I01_nobody_twice, I01_no_name_twice, I02_deleted_in_time, I02_nobody_leaves_who_is_in,
    I03_the_guard_holds, I04_one_change_one_entry, I04_the_entry_says_what_was_and_what_is,
    I05_one_writer, I05_one_cycle, I06_the_target_is_as_it_should_be,
    I06_groups_have_their_members, I06_whoever_is_not_right_is_waited_for, I07_rest,
    I08_nothing_but_what_differs, I09_failure_moves_no_mark, I10_links_are_true,
    I12_counts_reconcile, I13_the_watermark_is_reached, I14_the_token_stays_where_it_belongs,
    I15_one_definition_a_cycle, I16_one_notice_for_a_quarantine, I23_nothing_without_approval,
    I23_what_was_sent_was_planned, I24_a_sick_target_is_left_alone,
)  # fmt: skip


def judge(world: World) -> list[str]:
    """Everything that was broken."""
    breaches = list(world.broken)
    for application in world.applications:
        history = History(world, application)
        for promise in PROMISES:
            for breach in promise(history):
                breaches.append(f"{promise.__name__}: {application.slug}: {breach}")
    return breaches
