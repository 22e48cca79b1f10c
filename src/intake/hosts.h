/*
 * intake/hosts.h -- finds the provider of a mail host, once for each name.
 *
 * A log names the same few hosts a million times, and finding the provider by MX suffix and the
 * registered domain takes longer than the rest of a line. This is a cache: when it is full, it
 * starts again empty, and views of its names are no longer valid.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_HOSTS_H
#define REP_INTAKE_HOSTS_H

#include "know/know.h"

struct rep_host {
	struct rep_str name;		     /* lower case; valid as long as the cache keeps it */
	const struct rep_provider *provider; /* NULL: other */
	struct rep_str domain;		     /* registered; n == 0 when the provider is known */
	uint32_t label;			     /* the user's: the last label that talked to it, + 1 */
};

struct rep_hosts;

struct rep_hosts *rep_hosts_new(
    const struct rep_know *know); /* know is borrowed; NULL: out of memory */
void rep_hosts_free(struct rep_hosts *h);

/* NULL: out of memory. Names are compared in lower case, by their first 255 bytes. */
struct rep_host *rep_hosts_get(struct rep_hosts *h, struct rep_str name);

#endif
