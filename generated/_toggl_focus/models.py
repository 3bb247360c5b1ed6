# Written from spec/openapi.yaml by `nox -s generate`; do not edit.
"""What the API takes and returns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta
from msgspec.structs import force_setattr

from _toggl_focus.request import (
    JSON,
    Day,
    EmptyIfNull,
    Int64,
    RequestModel,
    ResponseModel,
    Seconds,
    Timestamp,
    Unset,
    seconds,
    utc,
)


class TimeBlock(ResponseModel, kw_only=True):
    """Time reserved for a task, as returned for a single block.

    Attributes:
        id: The block's id.
        workspace_id: The workspace it belongs to.
        task_id: The task that the block is for.
        toggl_user_id: Whose calendar it stands in.
        start: When it begins, with any offset.
        created_at: When it was created.
        duration: How long it is, in seconds; null if it has no duration.
        timezone: The IANA name of a time zone, such as Europe/Tallinn: the workspace's when the
            block was created, otherwise its creator's; null if neither is known.
        description: Free text.
        calendar_event_id: The event of the linked external calendar.
        updated_at: When it was last changed.
        completed_at: When it was completed; null while it is not.
        archived_at: When it was archived, by itself or with its task; null while it is active.
        deleted_at: When it was deleted; null while it is not.

    Rests on: D12, D13, D19, D26, D39, D45.
    """

    id: int
    """The block's id."""
    workspace_id: int
    """The workspace it belongs to."""
    task_id: int
    """The task that the block is for."""
    toggl_user_id: int
    """Whose calendar it stands in."""
    start: Timestamp
    """When it begins, with any offset."""
    created_at: Timestamp
    """When it was created."""
    duration: int | None = None
    """How long it is, in seconds; null if it has no duration."""
    timezone: str | None = None
    """The IANA name of a time zone, such as Europe/Tallinn: the workspace's when the block was
    created, otherwise its creator's; null if neither is known."""
    description: str | None = None
    """Free text."""
    calendar_event_id: int | None = None
    """The event of the linked external calendar."""
    updated_at: Timestamp | None = None
    """When it was last changed."""
    completed_at: Timestamp | None = None
    """When it was completed; null while it is not."""
    archived_at: Timestamp | None = None
    """When it was archived, by itself or with its task; null while it is active."""
    deleted_at: Timestamp | None = None
    """When it was deleted; null while it is not."""

    @property
    def end(self) -> datetime | None:
        """When it ends: `start` plus `duration`; None if it has no duration.

        Raises OverflowError if that is after the year 9999.
        """
        if self.duration is None:
            return None
        return self.start + timedelta(seconds=self.duration)


class TimeBlockListItem(TimeBlock, kw_only=True):
    """A block as a task's list shows it.

    It also has the fields of TimeBlock.

    Attributes:
        has_time_entry: Whether time was tracked for it.
    """

    has_time_entry: bool | None = None
    """Whether time was tracked for it."""


class TimeBlockPage(ResponseModel, kw_only=True):
    """One page of a task's blocks.

    There is no total and no link to the next page.

    Attributes:
        data: The blocks of this page, in order.
        page: Which page this is, counted from 1.
        per_page: How many blocks a page holds at most.

    Rests on: D7, D37.
    """

    data: EmptyIfNull[TimeBlockListItem]
    """The blocks of this page, in order."""
    page: int | None = None
    """Which page this is, counted from 1."""
    per_page: int | None = None
    """How many blocks a page holds at most."""

    def __post_init__(self) -> None:
        self.data = self.data or []

    def __iter__(self) -> Iterator[TimeBlockListItem]:
        """Iterate over `data`. `len` and indexing use `data` too."""
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, at: int) -> TimeBlockListItem:
        return self.data[at]


class Status(ResponseModel, kw_only=True):
    """A status that tasks of a workspace can have.

    Attributes:
        id: The status's id.
        name: What it is called in the workspace.
        type: What it means. Known values: todo, done, in_progress, blocked; there may be more.
        emoji: The picture shown with it.
    """

    id: int
    """The status's id."""
    name: str | None = None
    """What it is called in the workspace."""
    type: str | None = None
    """What it means. Known values: todo, done, in_progress, blocked; there may be more."""
    emoji: str | None = None
    """The picture shown with it."""


class Assignee(ResponseModel, kw_only=True):
    """A user or a team that a task is assigned to.

    Attributes:
        id: The user's or team's id.
        type: Which of the two it is. Known values: user, team; there may be more.
    """

    id: int
    """The user's or team's id."""
    type: str | None = None
    """Which of the two it is. Known values: user, team; there may be more."""


class Tag(ResponseModel, kw_only=True):
    """A tag.

    Attributes:
        id: The tag's id.
        name: What it says.
        color: The colour it is drawn in, such as "#0b83d9".
    """

    id: int
    """The tag's id."""
    name: str | None = None
    """What it says."""
    color: str | None = None
    """The colour it is drawn in, such as "#0b83d9"."""


class ProjectClient(ResponseModel, kw_only=True):
    """The client that a project is for.

    Attributes:
        id: The client's id.
        name: The client's name.
    """

    id: int
    """The client's id."""
    name: str | None = None
    """The client's name."""


class ProjectRate(ResponseModel, kw_only=True):
    """What an hour of a project costs, and from when to when.

    Attributes:
        billable: Whether the project's time is billed.
        currency: The currency of the rate, such as EUR.
        hourly_rate: The price of an hour, in that currency.
        start_at: When the rate begins, in a form the vendor does not state.
        end_at: When the rate ends, in a form the vendor does not state.
        has_more_rates: Whether the project has other rates for other times.
        project_id: The project it is for.
        project_name: The name of that project.
        project_color: The colour of that project.
        project_created_at: When that project was created, in a form the vendor does not state.
        project_rate_id: The rate's id if it is the project's own.
        workspace_rate_id: The rate's id if it is the workspace's.
    """

    billable: bool | None = None
    """Whether the project's time is billed."""
    currency: str | None = None
    """The currency of the rate, such as EUR."""
    hourly_rate: float | None = None
    """The price of an hour, in that currency."""
    start_at: str | None = None
    """When the rate begins, in a form the vendor does not state."""
    end_at: str | None = None
    """When the rate ends, in a form the vendor does not state."""
    has_more_rates: bool | None = None
    """Whether the project has other rates for other times."""
    project_id: int | None = None
    """The project it is for."""
    project_name: str | None = None
    """The name of that project."""
    project_color: str | None = None
    """The colour of that project."""
    project_created_at: str | None = None
    """When that project was created, in a form the vendor does not state."""
    project_rate_id: int | None = None
    """The rate's id if it is the project's own."""
    workspace_rate_id: int | None = None
    """The rate's id if it is the workspace's."""


class CustomFieldOption(ResponseModel, kw_only=True):
    """An option of a custom field.

    Attributes:
        option_id: The option's id.
        option_name: What it says.
        is_deleted: Whether it can no longer be chosen.
    """

    option_id: int
    """The option's id."""
    option_name: str | None = None
    """What it says."""
    is_deleted: bool | None = None
    """Whether it can no longer be chosen."""


class ProjectAssignment(ResponseModel, kw_only=True):
    """How a task came to its project.

    Attributes:
        origin: Who or what assigned it. Known values: manual, auto_suggestion,
            confirmed_suggestion, integration, legacy, explicit_mapping; there may be more.
        match_tier: How well the names matched. Known values: exact_name, similar_name; there may be
            more.
        matched_name: The name that matched.
        normalized_name: That name as it was compared.
        accuracy: How sure the match is.
        suggested_at: When it was suggested.
        confirmed_at: When it was confirmed.
    """

    origin: str | None = None
    """Who or what assigned it. Known values: manual, auto_suggestion, confirmed_suggestion,
    integration, legacy, explicit_mapping; there may be more."""
    match_tier: str | None = None
    """How well the names matched. Known values: exact_name, similar_name; there may be more."""
    matched_name: str | None = None
    """The name that matched."""
    normalized_name: str | None = None
    """That name as it was compared."""
    accuracy: float | None = None
    """How sure the match is."""
    suggested_at: Timestamp | None = None
    """When it was suggested."""
    confirmed_at: Timestamp | None = None
    """When it was confirmed."""


TimeBlockOrder: TypeAlias = Literal[
    "start",
    "-start",
    "task_id",
    "-task_id",
    "created_at",
    "-created_at",
    "updated_at",
    "-updated_at",
]


class TimeBlockCreate(RequestModel, kw_only=True, frozen=True):
    """A block to create for the task of the path.

    Attributes:
        start: When it begins, with an offset.
        duration: How long it is, in seconds. Also accepts a timedelta.
        completed: Whether it is completed already.
        outbound_sync: Whether it is pushed to the linked external calendar. What happens if it is
            omitted is unknown.

    Rests on: D39, D40.
    """

    start: Timestamp
    """When it begins, with an offset."""
    duration: Annotated[Seconds, Meta(ge=0)] | Unset = UNSET
    """How long it is, in seconds. Also accepts a timedelta."""
    completed: bool | Unset = UNSET
    """Whether it is completed already."""
    outbound_sync: bool | Unset = UNSET
    """Whether it is pushed to the linked external calendar. What happens if it is omitted is
    unknown."""

    def __post_init__(self) -> None:
        if getattr(self.start, "tzinfo", UTC) is not UTC:
            force_setattr(self, "start", utc(self.start))
        if isinstance(self.duration, timedelta):
            force_setattr(self, "duration", seconds(self.duration))


class TimeBlockReplace(RequestModel, kw_only=True, frozen=True):
    """The new content of a block.

    Its task cannot change.

    Attributes:
        start: When it begins, with an offset.
        duration: How long it is, in seconds; omitted, it has no duration. Also accepts a timedelta.
        completed: Whether it is completed; false by default.
        outbound_sync: Whether the change is pushed to the linked external calendar. What happens if
            it is omitted is unknown.

    Rests on: D15, D39, D40.
    """

    start: Timestamp
    """When it begins, with an offset."""
    duration: Annotated[Seconds, Meta(ge=0)] | Unset = UNSET
    """How long it is, in seconds; omitted, it has no duration. Also accepts a timedelta."""
    completed: bool | Unset = UNSET
    """Whether it is completed; false by default."""
    outbound_sync: bool | Unset = UNSET
    """Whether the change is pushed to the linked external calendar. What happens if it is
    omitted is unknown."""

    def __post_init__(self) -> None:
        if getattr(self.start, "tzinfo", UTC) is not UTC:
            force_setattr(self, "start", utc(self.start))
        if isinstance(self.duration, timedelta):
            force_setattr(self, "duration", seconds(self.duration))


class TimeBlockUpdate(RequestModel, kw_only=True, frozen=True):
    """The fields of a block to change; omitted fields stay.

    Attributes:
        start: When it begins, with an offset.
        duration: How long it is, in seconds. Also accepts a timedelta.
        completed: Whether it is completed. If the block is already completed, `completed_at` does
            not change.
        task_id: The task to move the block to; the old path then returns 404.
        outbound_sync: Whether the change is pushed to the linked external calendar. What happens if
            it is omitted is unknown.

    Rests on: D18, D19, D32, D39, D40.
    """

    start: Timestamp | Unset = UNSET
    """When it begins, with an offset."""
    duration: Annotated[Seconds, Meta(ge=0)] | Unset = UNSET
    """How long it is, in seconds. Also accepts a timedelta."""
    completed: bool | Unset = UNSET
    """Whether it is completed. If the block is already completed, `completed_at` does not
    change."""
    task_id: Annotated[Int64, Meta(ge=1)] | Unset = UNSET
    """The task to move the block to; the old path then returns 404."""
    outbound_sync: bool | Unset = UNSET
    """Whether the change is pushed to the linked external calendar. What happens if it is
    omitted is unknown."""

    def __post_init__(self) -> None:
        if getattr(self.start, "tzinfo", UTC) is not UTC:
            force_setattr(self, "start", utc(self.start))
        if isinstance(self.duration, timedelta):
            force_setattr(self, "duration", seconds(self.duration))


class TimeBlockBulkCreateItem(RequestModel, kw_only=True, frozen=True):
    """One block of a bulk creation.

    Attributes:
        start: When it begins, with an offset.
        task_id: The task that the block is for.
        duration: How long it is, in seconds. Also accepts a timedelta.
        completed: Whether it is completed already.
        outbound_sync: Whether it is pushed to the linked external calendar. What happens if it is
            omitted is unknown.

    Rests on: D32, D39, D40.
    """

    start: Timestamp
    """When it begins, with an offset."""
    task_id: Annotated[Int64, Meta(ge=1)]
    """The task that the block is for."""
    duration: Annotated[Seconds, Meta(ge=0)] | Unset = UNSET
    """How long it is, in seconds. Also accepts a timedelta."""
    completed: bool | Unset = UNSET
    """Whether it is completed already."""
    outbound_sync: bool | Unset = UNSET
    """Whether it is pushed to the linked external calendar. What happens if it is omitted is
    unknown."""

    def __post_init__(self) -> None:
        if getattr(self.start, "tzinfo", UTC) is not UTC:
            force_setattr(self, "start", utc(self.start))
        if isinstance(self.duration, timedelta):
            force_setattr(self, "duration", seconds(self.duration))


class TimeBlockBulkUpdateItem(RequestModel, kw_only=True, frozen=True):
    """The changes to one block of a bulk update; omitted fields stay.

    Attributes:
        id: The block to change.
        start: When it begins, with an offset.
        duration: How long it is, in seconds. Also accepts a timedelta.
        completed: Whether it is completed. If the block is already completed, `completed_at` does
            not change.
        task_id: The task to move the block to.
        outbound_sync: Whether the change is pushed to the linked external calendar. What happens if
            it is omitted is unknown.

    Rests on: D18, D19, D32, D39, D40.
    """

    id: Annotated[Int64, Meta(ge=1)]
    """The block to change."""
    start: Timestamp | Unset = UNSET
    """When it begins, with an offset."""
    duration: Annotated[Seconds, Meta(ge=0)] | Unset = UNSET
    """How long it is, in seconds. Also accepts a timedelta."""
    completed: bool | Unset = UNSET
    """Whether it is completed. If the block is already completed, `completed_at` does not
    change."""
    task_id: Annotated[Int64, Meta(ge=1)] | Unset = UNSET
    """The task to move the block to."""
    outbound_sync: bool | Unset = UNSET
    """Whether the change is pushed to the linked external calendar. What happens if it is
    omitted is unknown."""

    def __post_init__(self) -> None:
        if getattr(self.start, "tzinfo", UTC) is not UTC:
            force_setattr(self, "start", utc(self.start))
        if isinstance(self.duration, timedelta):
            force_setattr(self, "duration", seconds(self.duration))


class Problem(ResponseModel, kw_only=True):
    """What went wrong.

    Attributes:
        error: A code for programs, such as validation or invalid_session.
        error_description: A message for people.
        error_values: Values that belong to the text, in a form of their own for each code. The
            reference server's are invented: the one validation error that was seen had none.
        trace_id: 32 hex digits by which the vendor finds the request.

    Rests on: D51.
    """

    error: str
    """A code for programs, such as validation or invalid_session."""
    error_description: str
    """A message for people."""
    error_values: dict[str, JSON] | None = None
    """Values that belong to the text, in a form of their own for each code. The reference
    server's are invented: the one validation error that was seen had none."""
    trace_id: str | None = None
    """32 hex digits by which the vendor finds the request."""


class ListTaskTimeBlocksQuery(RequestModel, kw_only=True, frozen=True):
    """The query of `list_task_time_blocks`."""

    page: Annotated[Int64, Meta(ge=1)] | Unset = UNSET
    per_page: Annotated[int, Meta(ge=1, le=100)] | Unset = UNSET
    order_by: Annotated[list[TimeBlockOrder], Meta(min_length=1)] | Unset = UNSET
    archived: bool | Unset = UNSET


class DeleteTimeBlockQuery(RequestModel, kw_only=True, frozen=True):
    """The query of `delete_time_block`."""

    outbound_sync: bool | Unset = UNSET


class ListTimeBlocksQuery(RequestModel, kw_only=True, frozen=True):
    """The query of `list_time_blocks`."""

    date_from: Timestamp
    date_to: Timestamp
    task_id: Annotated[Int64, Meta(ge=1)] | Unset = UNSET
    status_id: Annotated[Int64, Meta(ge=1)] | Unset = UNSET
    page: Annotated[Int64, Meta(ge=1)] | Unset = UNSET
    per_page: Annotated[int, Meta(ge=1, le=100)] | Unset = UNSET
    archived: bool | Unset = UNSET
    order_by: Annotated[list[TimeBlockOrder], Meta(min_length=1)] | Unset = UNSET

    def __post_init__(self) -> None:
        if getattr(self.date_from, "tzinfo", UTC) is not UTC:
            force_setattr(self, "date_from", utc(self.date_from))
        if getattr(self.date_to, "tzinfo", UTC) is not UTC:
            force_setattr(self, "date_to", utc(self.date_to))


Id: TypeAlias = Annotated[Int64, Meta(ge=1)]


class BulkDeleteTimeBlocksQuery(RequestModel, kw_only=True, frozen=True):
    """The query of `bulk_delete_time_blocks`."""

    ids: Annotated[list[Id], Meta(max_length=100, min_length=1)]
    outbound_sync: bool | Unset = UNSET


class StreamTimeBlocksQuery(RequestModel, kw_only=True, frozen=True):
    """The query of `stream_time_blocks`."""

    date_from: Timestamp
    date_to: Timestamp
    task_id: Annotated[Int64, Meta(ge=1)] | Unset = UNSET
    status_id: Annotated[Int64, Meta(ge=1)] | Unset = UNSET
    archived: bool | Unset = UNSET
    order_by: Annotated[list[TimeBlockOrder], Meta(min_length=1)] | Unset = UNSET

    def __post_init__(self) -> None:
        if getattr(self.date_from, "tzinfo", UTC) is not UTC:
            force_setattr(self, "date_from", utc(self.date_from))
        if getattr(self.date_to, "tzinfo", UTC) is not UTC:
            force_setattr(self, "date_to", utc(self.date_to))


class CustomFieldValue(ResponseModel, kw_only=True):
    """What a task or project holds in one custom field.

    Attributes:
        custom_field_id: The field's id.
        custom_field_name: What the field is called.
        field_type: What kind of field it is. Fields can be created as select, multi_select, text,
            number, date, checkbox or users; there may be others.
        selected_options: The options chosen, in a field of options.
        value: What the field holds, as any JSON value; the page says object.
    """

    custom_field_id: int
    """The field's id."""
    custom_field_name: str | None = None
    """What the field is called."""
    field_type: str | None = None
    """What kind of field it is. Fields can be created as select, multi_select, text, number,
    date, checkbox or users; there may be others."""
    selected_options: list[CustomFieldOption] | None = None
    """The options chosen, in a field of options."""
    value: JSON | None = None
    """What the field holds, as any JSON value; the page says object."""


class TaskMetadata(ResponseModel, kw_only=True):
    """What is known of the calendar event behind a task.

    Attributes:
        all_day: Whether the event takes whole days.
        calendar_event_id: The event's id.
        calendar_id: The calendar's id.
        external_id: The event's id in the external calendar.
        ical_uid: The event's iCalendar UID.
        meeting_link: Where to join the meeting.
        project_assignment: How the task came to its project.
        extension_source: Set by an extension; the vendor does not say what it holds.
        extension_url: Set by an extension; the vendor does not say what it holds.
        last_asserted_track_project_id: Internal state of the link to a Toggl Track project.
        updated_at: When this was last changed.

    Rests on: D34.
    """

    all_day: bool | None = None
    """Whether the event takes whole days."""
    calendar_event_id: int | None = None
    """The event's id."""
    calendar_id: int | None = None
    """The calendar's id."""
    external_id: str | None = None
    """The event's id in the external calendar."""
    ical_uid: str | None = None
    """The event's iCalendar UID."""
    meeting_link: str | None = None
    """Where to join the meeting."""
    project_assignment: ProjectAssignment | None = None
    """How the task came to its project."""
    extension_source: str | None = None
    """Set by an extension; the vendor does not say what it holds."""
    extension_url: str | None = None
    """Set by an extension; the vendor does not say what it holds."""
    last_asserted_track_project_id: int | None = None
    """Internal state of the link to a Toggl Track project."""
    updated_at: Timestamp | None = None
    """When this was last changed."""


class TimeBlockBulkCreate(RequestModel, kw_only=True, frozen=True):
    """The blocks to create, wrapped in an object.

    Attributes:
        time_blocks: The blocks to create, 1 to 100 per request. The maximum is documented for
            similar resources, but not for blocks.

    Rests on: D20.
    """

    time_blocks: Annotated[list[TimeBlockBulkCreateItem], Meta(max_length=100, min_length=1)]
    """The blocks to create, 1 to 100 per request. The maximum is documented for similar
    resources, but not for blocks."""


class Project(ResponseModel, kw_only=True):
    """The project that a task belongs to.

    Attributes:
        id: The project's id.
        name: The project's name.
        draft: Whether it is a draft; only users with a certain permission can see drafts.
        is_template: Whether it is a template for others.
        permissions: What this user may do with it, as free names.
        client: The client it is for.
        color: The colour it is drawn in, such as "#0b83d9".
        private: Whether only its members see it.
        rate: What an hour of it costs.
        custom_field_values: What it holds in the custom fields of the workspace; omitted if the
            caller may not see them.
        archived_at: When it was archived; null while it is active.
    """

    id: int
    """The project's id."""
    name: str | None = None
    """The project's name."""
    draft: bool | None = None
    """Whether it is a draft; only users with a certain permission can see drafts."""
    is_template: bool | None = None
    """Whether it is a template for others."""
    permissions: list[str] | None = None
    """What this user may do with it, as free names."""
    client: ProjectClient | None = None
    """The client it is for."""
    color: str | None = None
    """The colour it is drawn in, such as "#0b83d9"."""
    private: bool | None = None
    """Whether only its members see it."""
    rate: ProjectRate | None = None
    """What an hour of it costs."""
    custom_field_values: list[CustomFieldValue] | None = None
    """What it holds in the custom fields of the workspace; omitted if the caller may not see
    them."""
    archived_at: Timestamp | None = None
    """When it was archived; null while it is active."""


class EmbeddedTask(ResponseModel, kw_only=True):
    """The task that a block reserves time for.

    Attributes:
        id: The task's id.
        name: What is to be done.
        workspace_id: The workspace it belongs to.
        toggl_user_id: A user's id; nothing says whose.
        status_id: The status it has.
        priority: How much it matters. Known values: none, low, medium, high; there may be more.
        position: Where it stands among its neighbours.
        pinned: Whether it is pinned to the top.
        private: Whether only its creator sees it.
        estimate_type: Whether the estimate is for a day or for all of it. Known values: daily,
            total; there may be more.
        allocation_unit: What the assignees' shares are counted in. Known values: percent, flat;
            there may be more.
        tag_ids: Its tags.
        tags: Its tags, in full.
        is_template: Whether it is a template for others.
        source: Where it comes from. Known values: plan, focus, google_calendar, outlook_calendar;
            there may be more.
        created_at: When it was created.
        description: Free text.
        notes: More free text.
        status: The status it has, in full.
        status_updated_at: When it took that status, in a form the vendor does not state.
        priority_at: The day its priority counts from.
        billable: Whether its time is billed.
        auto_log_time: Whether its blocks become time entries by themselves.
        color: The colour it is drawn in, such as "#0b83d9".
        start_date: The day it may begin.
        end_date: The day it is due.
        estimated_mins: How long it is thought to take, in minutes.
        assignees: The users and teams it is assigned to.
        assignee_user_ids: The users it is assigned to.
        ghost_assignee_ids: Assignees without an account. The vendor's description no longer has it.
        project_id: The project it belongs to.
        project: The project it belongs to, in full.
        client: The client its project is for.
        custom_field_values: What it holds in the custom fields of the workspace.
        parent_task_id: The task it is a part of.
        parent_task_name: The name of the task it is a part of.
        recurring_task_id: The recurring task it was made from.
        recurrence_date: The day of the recurrence it stands for.
        rrule: How it recurs, as a recurrence rule such as FREQ=WEEKLY.
        source_template_task_id: The template it was made from.
        metadata: What is known of the calendar event behind it.
        updated_at: When it was last changed.
        archived_at: When it was archived; null while it is active. Archiving a task archives all
            its blocks, and unarchiving it unarchives them.
        deleted_at: When it was deleted; null while it is not.

    Rests on: D36, D52.
    """

    id: int
    """The task's id."""
    name: str | None = None
    """What is to be done."""
    workspace_id: int | None = None
    """The workspace it belongs to."""
    toggl_user_id: int | None = None
    """A user's id; nothing says whose."""
    status_id: int | None = None
    """The status it has."""
    priority: str | None = None
    """How much it matters. Known values: none, low, medium, high; there may be more."""
    position: int | None = None
    """Where it stands among its neighbours."""
    pinned: bool | None = None
    """Whether it is pinned to the top."""
    private: bool | None = None
    """Whether only its creator sees it."""
    estimate_type: str | None = None
    """Whether the estimate is for a day or for all of it. Known values: daily, total; there may
    be more."""
    allocation_unit: str | None = None
    """What the assignees' shares are counted in. Known values: percent, flat; there may be more."""
    tag_ids: list[int] | None = None
    """Its tags."""
    tags: list[Tag] | None = None
    """Its tags, in full."""
    is_template: bool | None = None
    """Whether it is a template for others."""
    source: str | None = None
    """Where it comes from. Known values: plan, focus, google_calendar, outlook_calendar; there
    may be more."""
    created_at: Timestamp | None = None
    """When it was created."""
    description: str | None = None
    """Free text."""
    notes: str | None = None
    """More free text."""
    status: Status | None = None
    """The status it has, in full."""
    status_updated_at: str | None = None
    """When it took that status, in a form the vendor does not state."""
    priority_at: Day | None = None
    """The day its priority counts from."""
    billable: bool | None = None
    """Whether its time is billed."""
    auto_log_time: bool | None = None
    """Whether its blocks become time entries by themselves."""
    color: str | None = None
    """The colour it is drawn in, such as "#0b83d9"."""
    start_date: Day | None = None
    """The day it may begin."""
    end_date: Day | None = None
    """The day it is due."""
    estimated_mins: int | None = None
    """How long it is thought to take, in minutes."""
    assignees: list[Assignee] | None = None
    """The users and teams it is assigned to."""
    assignee_user_ids: list[int] | None = None
    """The users it is assigned to."""
    ghost_assignee_ids: list[int] | None = None
    """Assignees without an account. The vendor's description no longer has it."""
    project_id: int | None = None
    """The project it belongs to."""
    project: Project | None = None
    """The project it belongs to, in full."""
    client: ProjectClient | None = None
    """The client its project is for."""
    custom_field_values: list[CustomFieldValue] | None = None
    """What it holds in the custom fields of the workspace."""
    parent_task_id: int | None = None
    """The task it is a part of."""
    parent_task_name: str | None = None
    """The name of the task it is a part of."""
    recurring_task_id: int | None = None
    """The recurring task it was made from."""
    recurrence_date: Day | None = None
    """The day of the recurrence it stands for."""
    rrule: str | None = None
    """How it recurs, as a recurrence rule such as FREQ=WEEKLY."""
    source_template_task_id: int | None = None
    """The template it was made from."""
    metadata: TaskMetadata | None = None
    """What is known of the calendar event behind it."""
    updated_at: Timestamp | None = None
    """When it was last changed."""
    archived_at: Timestamp | None = None
    """When it was archived; null while it is active. Archiving a task archives all its blocks,
    and unarchiving it unarchives them."""
    deleted_at: Timestamp | None = None
    """When it was deleted; null while it is not."""


class TimeBlockWithTask(TimeBlockListItem, kw_only=True):
    """A block with its task, the richest shape, as the range list and the stream show it.

    It also has the fields of TimeBlockListItem.

    Attributes:
        task: The task that the block is for.
    """

    task: EmbeddedTask | None = None
    """The task that the block is for."""


class TimeBlockWithTaskPage(ResponseModel, kw_only=True):
    """One page of the blocks within a range.

    There is no total and no link to the next page.

    Attributes:
        data: The blocks of this page, in order.
        page: Which page this is, counted from 1.
        per_page: How many blocks a page holds at most.

    Rests on: D7, D37.
    """

    data: EmptyIfNull[TimeBlockWithTask]
    """The blocks of this page, in order."""
    page: int | None = None
    """Which page this is, counted from 1."""
    per_page: int | None = None
    """How many blocks a page holds at most."""

    def __post_init__(self) -> None:
        self.data = self.data or []

    def __iter__(self) -> Iterator[TimeBlockWithTask]:
        """Iterate over `data`. `len` and indexing use `data` too."""
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, at: int) -> TimeBlockWithTask:
        return self.data[at]


__all__ = [
    "Assignee",
    "CustomFieldOption",
    "CustomFieldValue",
    "EmbeddedTask",
    "Problem",
    "Project",
    "ProjectAssignment",
    "ProjectClient",
    "ProjectRate",
    "Status",
    "Tag",
    "TaskMetadata",
    "TimeBlock",
    "TimeBlockBulkCreate",
    "TimeBlockBulkCreateItem",
    "TimeBlockBulkUpdateItem",
    "TimeBlockCreate",
    "TimeBlockListItem",
    "TimeBlockOrder",
    "TimeBlockPage",
    "TimeBlockReplace",
    "TimeBlockUpdate",
    "TimeBlockWithTask",
    "TimeBlockWithTaskPage",
]
