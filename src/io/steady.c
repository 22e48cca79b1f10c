/* SPDX-License-Identifier: Apache-2.0 */
#include "io/steady.h"

#include <time.h>

int64_t
rep_steady_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
rep_steady_ms(void)
{
	return rep_steady_us() / 1000;
}
