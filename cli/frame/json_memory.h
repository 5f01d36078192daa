/* Memory of JSON values with secrets. */
#ifndef NATT_CLI_JSON_MEMORY_H
#define NATT_CLI_JSON_MEMORY_H

/* From now on jansson wipes memory before freeing it, in the whole process. Call it before the first JSON value. */
void natt_cli_wipe_json(void);

#endif
