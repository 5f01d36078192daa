/* There are no older calls, and a 64-bit program cannot make 32-bit ones. */
#include "nsm/test/launcher/probe.h"

void probe_other_abi(void)
{
}

void probe_old_opens(void)
{
}

void probe_old_stats(struct stat *st)
{
    (void)st;
}

void probe_old_names(char *room)
{
    (void)room;
}
