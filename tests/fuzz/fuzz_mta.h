/*
 * tests/fuzz/fuzz_mta.h -- messages of a mail server, one in each line, for their reader.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FUZZ_MTA_H
#define REP_FUZZ_MTA_H

#include "fuzz.h"

#include "intake/mta_formats.h"

/* Views stay inside the message, numbers are in their range. */
static enum rep_rc
fuzz_mta_line(void *ctx, const struct rep_mta_line *l)
{
	const struct rep_str *whole = ctx;
	const struct rep_str v[] = { l->queue_id, l->to, l->orig_to, l->host, l->address, l->dsn,
		l->text, l->from, l->value, l->login, l->client, l->uid, l->orig_id, l->session };

	for (size_t i = 0; i < REP_COUNT(v); i++)
		MUST(v[i].n == 0 || (v[i].p >= whole->p && v[i].p + v[i].n <= whole->p + whole->n));
	MUST(l->kind <= REP_MTA_HANDED && l->kind != REP_MTA_OTHER);
	/* What is of a connection, or of a host alone, has no queue id (intake/mta.h). */
	MUST(l->queue_id.n > 0 || l->kind == REP_MTA_UNREACHED ||
	    ((l->kind == REP_MTA_HANDED || l->kind == REP_MTA_REMOVED) &&
		(l->session.n > 0 || l->by_process)));
	MUST(l->status < REP_STATUS_N && l->port <= 65535);
	MUST(l->kind != REP_MTA_DELIVERY || rep_str_chr(l->to, '@', 0) != SIZE_MAX);
	MUST(l->delay_s >= -1 && l->delay_s < 1e16);
	return REP_OK;
}

static int
fuzz_mta(enum rep_rc (*read)(int, struct rep_str, rep_mta_fn, void *), struct rep_str text)
{
	while (text.n > 0) {
		size_t nl = rep_str_chr(text, '\n', 0);
		struct rep_str line = rep_str_sub(text, 0, nl == SIZE_MAX ? text.n : nl);

		MUST(read(0, line, fuzz_mta_line, &line) == REP_OK);
		text = rep_str_sub(text, nl == SIZE_MAX ? text.n : nl + 1, text.n);
	}
	return 0;
}

#endif
