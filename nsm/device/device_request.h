/*
 * Parses the seven requests strictly. It checks only their form; device.c checks whether a PCR exists or is locked.
 * Request = tstr / { tstr => { * tstr => any } }   [AWS nsm-api src/api/mod.rs]
 */
#ifndef NATT_NSM_DEVICE_REQUEST_H
#define NATT_NSM_DEVICE_REQUEST_H

#include "nsm/request.h"

/*
 * `in` is a request, optionally followed by zeros; views point into it. False: not one of the seven as it must be
 * written, or another byte follows; *out has NATT_NSM_OPERATION_COUNT then.
 */
bool natt_device_request_parse(struct natt_nsm_request *out, natt_bytes in);

#endif
