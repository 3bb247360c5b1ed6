// OpenAPI Generator, typescript-fetch.

import { Configuration, ResponseError, TimeBlocksApi } from "./openapi_generator";
import { KEY, place, Refused, run, URL, type Fields } from "./steps";

const api = new TimeBlocksApi(new Configuration({ basePath: URL, accessToken: KEY }));

const dated = (fields: Fields & { start: string }) => ({ ...fields, start: new Date(fields.start) });

void run({
  createTimeBlock: (taskId, fields) => api.createTimeBlock({ ...place, taskId, timeBlockCreate: dated(fields) }),
  getTimeBlock: async (taskId, timeBlockId) => {
    try {
      return await api.getTimeBlock({ ...place, taskId, timeBlockId });
    } catch (error) {
      if (!(error instanceof ResponseError)) throw error;
      throw new Refused(error.response.status, (await error.response.json()).error);
    }
  },
  replaceTimeBlock: (taskId, timeBlockId, fields) =>
    api.replaceTimeBlock({ ...place, taskId, timeBlockId, timeBlockReplace: dated(fields) }),
  updateTimeBlock: (taskId, timeBlockId, { duration }) =>
    api.updateTimeBlock({ ...place, taskId, timeBlockId, timeBlockUpdate: { duration } }),
  archiveTimeBlock: (taskId, timeBlockId) => api.archiveTimeBlock({ ...place, taskId, timeBlockId }),
  unarchiveTimeBlock: (taskId, timeBlockId) => api.unarchiveTimeBlock({ ...place, taskId, timeBlockId }),
  deleteTimeBlock: (taskId, timeBlockId, outboundSync) =>
    api.deleteTimeBlock({ ...place, taskId, timeBlockId, outboundSync }),
  restoreTimeBlock: (taskId, timeBlockId) => api.restoreTimeBlock({ ...place, taskId, timeBlockId }),
  listTaskTimeBlocks: async (taskId, query) => {
    const found = await api.listTaskTimeBlocks({ ...place, taskId, ...query });
    return { ...found, data: found.data! };
  },
  listTimeBlocks: async (query) => (await api.listTimeBlocks({ ...place, ...query })).data!,
  streamTimeBlocks: (query) => api.streamTimeBlocks({ ...place, ...query }),
  bulkCreateTimeBlocks: (entries) =>
    api.bulkCreateTimeBlocks({ ...place, timeBlockBulkCreate: { timeBlocks: entries.map((each) => ({ ...each, start: new Date(each.start) })) } }),
  bulkUpdateTimeBlocks: (entries) => api.bulkUpdateTimeBlocks({ ...place, timeBlockBulkUpdateItem: entries }),
  bulkDeleteTimeBlocks: (ids) => api.bulkDeleteTimeBlocks({ ...place, ids }),
});
