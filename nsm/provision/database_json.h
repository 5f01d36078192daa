/* A database that is part of a JSON text. */
#ifndef NATT_NSM_PROVISION_DATABASE_JSON_H
#define NATT_NSM_PROVISION_DATABASE_JSON_H

#include <jansson.h>

#include "nsm/provision/database.h"

/* From the array's rows, 0 to NATT_DATABASE_MAX_KEYS of them; the array is kept. NULL as natt_database_parse. */
natt_database *natt_database_from_json(json_t *array, natt_provision_error *err);

#endif
