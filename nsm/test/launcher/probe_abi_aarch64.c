/* 32-bit programs are files of their own there; a 64-bit one has no other calls. */
#include "nsm/test/launcher/probe.h"

void probe_other_abi(void)
{
}
