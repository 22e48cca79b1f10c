/*
 * intake/hosts.h -- whose a mail host is, looked up once a name.
 *
 * A log names the same few hosts a million times; finding the provider by its MX suffixes and the
 * registered domain costs more than the rest of a line. A cache, not a register: when it is full
 * it begins anew, and then views of its names are gone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_HOSTS_H
#define REP_INTAKE_HOSTS_H

#include "know/know.h"

struct rep_host {
	struct rep_str name;		     /* lower case; lives as long as the cache keeps it */
	const struct rep_provider *provider; /* NULL: other */
	struct rep_str domain;		     /* registered; n == 0 where a provider is known */
	uint32_t label;			     /* the user's: last label that spoke with it, + 1 */
};

struct rep_hosts;

struct rep_hosts *rep_hosts_new(const struct rep_know *know); /* borrowed; NULL: out of memory */
void rep_hosts_free(struct rep_hosts *h);

/* NULL: out of memory. Names are compared in lower case, in their first 255 bytes. */
struct rep_host *rep_hosts_get(struct rep_hosts *h, struct rep_str name);

#endif
