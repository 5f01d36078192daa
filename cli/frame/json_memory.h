/* Memory of JSON values that have secrets. */
#ifndef NATT_CLI_JSON_MEMORY_H
#define NATT_CLI_JSON_MEMORY_H

/* From now on jansson wipes what it frees. For the whole process, before its first JSON value. */
void natt_cli_wipe_json(void);

#endif
