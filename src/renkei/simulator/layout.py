"""Where everything lies in the arrays that plan and kernels share.

Layer: simulator (pure data). The tables are read only and shared by all threads; each thread has a workspace
of its own. A row is 32 or 64 bytes, so that what belongs together comes in one cache line.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Reals = NDArray[np.float64]
Keys = NDArray[np.uint64]

# Kinds of groups.
NOW, WORK, DELAY, MEET, HELD = range(5)
"""HELD is the completion of a conference: work whose seats its start has taken."""

# Columns of a row of ``Tables.group``.
(
    G_KIND, G_SIMPLE, G_FIRST, G_LAST, G_POST, G_LAW, G_TABLE, G_VISITS,
    G_COUNT, G_CHAIN, G_MEMBERS, G_MEMBERS_END, G_SEATS, G_DRAWS, G_SOURCE, GROUP_COLUMNS,
) = (*range(15), 16)  # fmt: skip
"""G_SOURCE, and L_SOURCE of a link: row of the plan's sources of waiting, -1 where nothing is waited for."""

# Columns of a row of ``Tables.transition``: pairs of first and last are spans of ``Tables.lists``.
(
    T_TAKE, T_TAKE_END, T_CLEAR, T_CLEAR_END, T_GIVE, T_GIVE_END, T_TOKEN, T_TOKEN_END,
    T_SEND, T_SEND_END, T_WAKE, T_WAKE_END, T_MARK, T_MARK_END, T_SOURCE, T_LOSS_END, TRANSITION_COLUMNS,
) = range(17)  # fmt: skip
"""The groups to wake begin with those that may have lost what they were at work on, up to T_LOSS_END."""

# Columns of a row of ``Tables.condition``.
C_INHIBIT, C_INHIBIT_END, C_ANY, C_ANY_END, CONDITION_COLUMNS = range(5)

# Columns of a row of ``Tables.link``, the message places that take time: what arriving does.
L_GROUP, L_OFFSET, L_WAKE, L_WAKE_END, L_DELAY, L_TRANSLATION, L_CHANNEL, L_SOURCE, LINK_COLUMNS = range(9)

# Columns of a row of ``Tables.contingency``.
(
    A_KIND, A_TIMES, A_TIMES_END, A_START, A_START_END, A_OPENED, A_OPENED_END, A_SAMPLE, A_SAMPLE_END,
    CONTINGENCY_COLUMNS,
) = range(10)  # fmt: skip
POISSON, EVERY, LISTED = range(3)
R_INTERVAL, R_FIRST, R_HIGH, R_NORMAL, CONTINGENCY_REALS = range(5)

# Columns of a row of ``Tables.post``.
(
    P_ALONE, P_PAUSES, P_DEPUTIES, P_DEPUTIES_END, P_SERVES, P_SERVES_END, P_STEPS, P_STEPS_END, P_MEETS,
    P_SEATS, POST_COLUMNS,
) = (*range(10), 16)  # fmt: skip

# Columns of a row of ``Tables.channel``.
H_HOURS, H_HOURS_END, H_OUTAGE, CHANNEL_COLUMNS = range(4)

# Columns of a row of ``Workspace.case``; the rest of the row is laid out by the plan.
ALIVE, CONTINGENCY, PRIORITY, NUMBER, CASE_COLUMNS = range(5)

# Columns of a row of ``Workspace.item``: something of a case that takes time.
I_SLOT, I_GROUP, I_VISIT, I_STATE, I_NEXT, I_POST, I_CHAIN, I_PRIORITY, ITEM_COLUMNS = range(9)
FREE, QUEUED, RUNNING, MEETING, TRANSIT, CANCELLED = range(6)

# Columns of a row of ``Workspace.desk``: a post as it stands.
D_BUSY, D_CAPACITY, D_ACTING, D_QUEUED, D_HEAD, D_TAIL, D_STEP, DESK_COLUMNS = 0, 1, 2, 3, 4, 7, 10, 16
S_BUSY, S_WAIT, S_STARTED, S_AREA, S_LAST, S_LEFT, STATISTIC_COLUMNS = 0, 1, 2, 3, 4, 5, 8

# Entries of ``Workspace.register``.
(
    TOP, PENDING, FREE_ITEM, USED_ITEMS, FREE_SLOT, USED_SLOTS, LIVE, COMING, EVENTS, FIRINGS, TRACED,
    WAITING, NEXT_STEP, CLOSED, MOST_LIVE, MEETING_HEAD, MEETING_TAIL, RECORDS, GIVEN_LEFT, REGISTERS,
) = (*range(15), 15, 18, 21, 22, 32)  # fmt: skip

# What a kernel says at its end.
DONE, FULL_ITEMS, FULL_SLOTS, FULL_STACK, FULL_SAMPLES, FULL_TRACE, FULL_RECORDS, CIRCLE = range(8)

# Columns of a row of ``Given.item`` and of ``Given.item_real``.
B_SLOT, B_WHAT, B_STATE, B_DESK, GIVEN_COLUMNS = range(5)
E_BEGAN, E_ELAPSED, E_LEFT, GIVEN_REALS = range(4)
"""E_LEFT: probability to last for longer than what has elapsed."""

# Columns of a row of ``Workspace.record``, and of ``Workspace.item_past``.
Q_BEFORE, Q_SOURCE, Q_WAIT, RECORD_COLUMNS = range(4)
Z_AROSE, Z_CAUSE, PAST_COLUMNS = range(3)

# Entries of ``limits``.
WARMUP, HORIZON, END, LIMITS = range(4)

# Kinds of entries of the stack.
TOKEN, EVALUATE, DISPATCH, CONVENE = range(4)


class Tables(NamedTuple):
    """A compiled simulation plan: read only, the same for every replication."""

    group: Ints
    group_shape: Reals
    """Parameters of the duration of each group, or of a delay."""
    group_key: Keys
    """Streams of each group: duration, choice."""
    transition: Ints
    condition: Ints
    weight: Reals
    """Of a simple group cumulative and summing to 1, else as given."""
    lists: Ints
    quantiles: Reals
    """PERT tables, one a row."""
    link: Ints
    contingency: Ints
    contingency_real: Reals
    contingency_key: Keys
    """Streams of each contingency: arrivals, cases, priority."""
    times: Reals
    """Listed arrivals."""
    blank: Ints
    """Rows of cases as they open, one for each contingency."""
    post: Ints
    step_time: Reals
    """When the capacity of a post changes; the spans of the posts one after the other."""
    step_capacity: Ints
    calendar_time: Reals
    """The same changes of all posts, in order of time."""
    calendar_post: Ints
    calendar_capacity: Ints
    channel: Ints
    channel_real: Reals
    """Mean time up and mean time down."""
    channel_key: Keys
    hours: Reals
    """Open intervals of channels: opens, closes."""


class Given(NamedTuple):
    """Cases that are under way when a run begins; none in a simulation. Times are seconds, mostly below 0."""

    case: Ints
    """Rows of the cases as they stand; a case's number is its row here."""
    case_real: Reals
    case_key: Keys
    """Of each case, stream and number that its draws are keyed by."""
    item: Ints
    """What is under way: case, group or link, state, and the desk at work."""
    item_real: Reals
    entry: Longs
    """Of the stack, last first: what may happen at once."""


class Workspace(NamedTuple):
    """What one replication writes; one for each thread."""

    register: Longs
    stack: Longs
    when: Reals
    """The agenda: a 4-ary heap of times, and beside it what happens."""
    what: Ints
    case: Ints
    case_real: Reals
    case_key: Keys
    item: Ints
    item_time: Reals
    desk: Ints
    statistic: Reals
    link_state: Reals
    """Of each channel: number and begin of the present cycle of up and down."""
    opened: Longs
    """Cases of each contingency."""
    skipped: Longs
    """Of these, those that came during the warm-up."""
    sample: Reals
    trace_time: Reals
    trace_began: Reals
    """When that was begun which a firing ends, NaN where nothing that takes time ends."""
    trace: Ints
    """Firings: contingency, number of the case, transition of the net; -1 - link where a message arrives."""
    item_past: Reals
    """Of each item, when it arose, and the record of what brought it about; empty where nobody asks."""
    case_past: Ints
    """Of each case, the record of what has last ended in it."""
    record: Reals
    """What has ended: the record of what brought it about, the source and the length of its waiting."""
    reached: Reals
    """[given case, measure] -> when its end was reached; last in a row, when the case was over."""
    waiting: Reals
    """[given case and measure, source] -> waiting on the way there, summed over replications."""
