/*
 * intake/prefix.h -- what containers and collectors write before the line of a mail server.
 *
 * docker compose writes the name of the container, docker logs -t and Kubernetes their own time,
 * syslog receivers a priority, people quote and number lines. A table of forms says where the
 * line itself begins; a new tool is a row. Nothing is decided by a guess: a form counts only where
 * a time stamp follows, or where its own words can be nothing else.
 *
 * Pure. It never reads more than the first 512 bytes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_PREFIX_H
#define REP_INTAKE_PREFIX_H

#include "base/err.h"

/* Bytes before the stamp: "postfix-1  | ", with its colours. 0: there is no such form. */
size_t rep_prefix_before(struct rep_str line);

/*
 * Bytes between the stamp of a collector and the line that it collected: " | ", " stdout F ", the
 * name of a stream. `rest` begins after the stamp. 0: the stamp is the line's own.
 */
size_t rep_prefix_after(struct rep_str rest);

/* The priority of syslog ("<22>"), and the version of RFC 5424 ("1 "). 0: none. */
size_t rep_prefix_priority(struct rep_str line);

/* Without the colours at its end. */
struct rep_str rep_prefix_trim(struct rep_str line);

/*
 * False for nearly every line of a plain log, without looking further: then rep_prefix_after need
 * not be asked.
 */
static inline bool
rep_prefix_likely(struct rep_str rest)
{
	char c = rest.n > 2 ? rest.p[1] : 'm';

	return c == '|' || c == '{' || c == ' ' || (c >= '0' && c <= '9') ||
	    (c >= 'A' && c <= 'Z') || (c == 's' && rest.p[2] == 't');
}

#endif
