// openapi-typescript, with openapi-fetch.

import createClient from "openapi-fetch";
import type { components, paths } from "./openapi_typescript_schema";
import { KEY, place, Refused, run, URL, type Window } from "./steps";

type Schemas = components["schemas"];

const api = createClient<paths>({
  baseUrl: URL,
  headers: { Authorization: `Bearer ${KEY}` },
  querySerializer: { array: { style: "form", explode: false } },
});

const workspace = { organization_id: place.organizationId, workspace_id: place.workspaceId };
const W = "/organizations/{organization_id}/workspaces/{workspace_id}/time-blocks";
const T = "/organizations/{organization_id}/workspaces/{workspace_id}/tasks/{task_id}/time-blocks";
const B = `${T}/{time_block_id}` as const;

const at = (task_id: number, time_block_id: number) => ({
  params: { path: { ...workspace, task_id, time_block_id } },
});

/** The body of a response. */
async function body<T>(call: Promise<{ data?: T; error?: Schemas["Problem"]; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  if (error) throw new Refused(response.status, error.error);
  return data!;
}

const listed = (block: Schemas["TimeBlockListItem"]) => ({ ...block, hasTimeEntry: block.has_time_entry });

const withTask = (block: Schemas["TimeBlockWithTask"]) => {
  const rate = block.task?.project?.rate;
  return {
    ...listed(block),
    task: block.task && {
      name: block.task.name,
      estimateType: block.task.estimate_type,
      tags: block.task.tags,
      project: rate && { rate: { hourlyRate: rate.hourly_rate } },
    },
  };
};

const window = ({ dateFrom, dateTo, orderBy, perPage }: Window) => ({
  params: { path: workspace, query: { date_from: dateFrom, date_to: dateTo, order_by: orderBy, per_page: perPage } },
});

void run({
  createTimeBlock: (task_id, fields) => body(api.POST(T, { params: { path: { ...workspace, task_id } }, body: fields })),
  getTimeBlock: (task, block) => body(api.GET(B, at(task, block))),
  replaceTimeBlock: (task, block, fields) => body(api.PUT(B, { ...at(task, block), body: fields })),
  updateTimeBlock: (task, block, fields) => body(api.PATCH(B, { ...at(task, block), body: fields })),
  archiveTimeBlock: (task, block) => body(api.POST(`${B}/archive`, at(task, block))),
  unarchiveTimeBlock: (task, block) => body(api.POST(`${B}/unarchive`, at(task, block))),
  deleteTimeBlock: (task, block, outbound_sync) =>
    body(api.DELETE(B, { params: { ...at(task, block).params, query: { outbound_sync } } })),
  restoreTimeBlock: (task, block) => body(api.PATCH(`${B}/restore`, at(task, block))),
  listTaskTimeBlocks: async (task_id, { page, perPage, orderBy, archived }) => {
    const query = { page, per_page: perPage, order_by: orderBy, archived };
    const found = await body(api.GET(T, { params: { path: { ...workspace, task_id }, query } }));
    return { page: found.page, perPage: found.per_page, data: found.data!.map(listed) };
  },
  listTimeBlocks: async (query) => (await body(api.GET(W, window(query)))).data!.map(withTask),
  streamTimeBlocks: async (query) => (await body(api.GET(`${W}/stream`, window(query)))).map(withTask),
  bulkCreateTimeBlocks: (entries) => {
    const time_blocks = entries.map(({ start, taskId }) => ({ start, task_id: taskId }));
    return body(api.POST(`${W}/bulk`, { params: { path: workspace }, body: { time_blocks } }));
  },
  bulkUpdateTimeBlocks: (entries) => body(api.PATCH(`${W}/bulk`, { params: { path: workspace }, body: entries })),
  bulkDeleteTimeBlocks: (ids) => body(api.DELETE(`${W}/bulk`, { params: { path: workspace, query: { ids } } })),
});
