/* SPDX-License-Identifier: Apache-2.0 */
#include "io/notify.h"
#include "base/library.h"

#include <stdlib.h>
#include <systemd/sd-daemon.h>

#define LIBSYSTEMD "libsystemd.so.0"

static int (*notify)(int, const char *);
static int (*watchdog)(int, uint64_t *);

static bool
load(void)
{
	static const struct rep_library_call calls[] = { { "sd_notify", &notify },
		{ "sd_watchdog_enabled", &watchdog } };

	if (getenv("NOTIFY_SOCKET") != NULL && notify == NULL)
		(void)rep_library_load(LIBSYSTEMD, calls, REP_COUNT(calls));
	return notify != NULL && watchdog != NULL;
}

bool
rep_notify(const char *state)
{
	return getenv("NOTIFY_SOCKET") == NULL || (load() && notify(0, state) >= 0);
}

/* Half of what the manager waits: one that comes late does no harm then. */
int64_t
rep_notify_watchdog_ms(void)
{
	uint64_t us = 0;

	return load() && watchdog(0, &us) > 0 ? (int64_t)(us / 2000) : 0;
}
