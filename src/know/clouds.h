/*
 * know/clouds.h -- generic names of addresses, and how to set your own name: data (files ending in
 * .clouds).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_CLOUDS_H
#define REP_KNOW_CLOUDS_H

#include "base/arena.h"
#include "base/ip.h"
#include "know/rule.h"

enum { REP_CLOUD_PATTERNS = 16, REP_CLOUDS_MAX = 64 };

struct rep_cloud {
	struct rep_str id, name;
	/*
	 * How to set a name: words, and a command for an IPv4 address that works as it is (n == 0: none).
	 * NAME and ADDRESS in them are placeholders.
	 */
	struct rep_str set, run;
	/* Why no name can be set there, for any address or for IPv6 ones; n == 0: one can. */
	struct rep_str fixed, fixed6;
	struct rep_str pattern[REP_CLOUD_PATTERNS];
	size_t patterns;
};

struct rep_clouds {
	struct rep_arena *a; /* borrowed */
	struct rep_cloud v[REP_CLOUDS_MAX];
	size_t n;
};

enum rep_rc rep_clouds_parse(struct rep_clouds *c, const char *file, struct rep_str text,
    rep_problem_fn problem, void *ctx, unsigned *bad, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_clouds_builtin(struct rep_clouds *c, struct rep_err *err) REP_NODISCARD;

/* The cloud that gave a host its generic name. NULL: no pattern matches. */
const struct rep_cloud *rep_cloud_of(const struct rep_clouds *c, struct rep_str host);
/* Whether a name has the numbers of the address in it ("192-0-2-7.isp.example", "c0000207.x"). */
bool rep_cloud_numbers(struct rep_str host, const struct rep_ip *ip);

#endif
