/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sample_header.h"

#include "base/bytes.h"

#include <stdlib.h>

enum { PAIR = 16 };

struct header_loading {
	struct rep_sample_headers *out;
	struct rep_err *err;
};

static enum rep_rc
on_note(void *ctx, int64_t id, struct rep_str s)
{
	const struct header_loading *to = ctx;
	size_t n = s.n / PAIR < REP_SAMPLE_HEADERS_MAX ? s.n / PAIR : REP_SAMPLE_HEADERS_MAX;

	if (id != 0 || to->out->v != NULL)
		return REP_OK;
	if ((to->out->v = calloc(n + 1, sizeof *to->out->v)) == NULL)
		return rep_fail(to->err, REP_EMEM, "out of memory for samples");
	for (size_t i = 0; i < n; i++)
		to->out->v[i] = (struct rep_sample_header){ (int64_t)rep_le64(s.p + i * PAIR),
			rep_le64(s.p + i * PAIR + 8) & rep_header_faults_all() };
	to->out->n = n;
	return REP_OK;
}

enum rep_rc
rep_sample_headers_load(struct rep_backend *b, struct rep_sample_headers *out, struct rep_err *err)
{
	struct header_loading to = { out, err };
	enum rep_rc rc;

	*out = (struct rep_sample_headers){ NULL, 0 };
	rc = b->ops->notes(b, REP_NOTE_HEADER, on_note, &to, err);
	if (rc != REP_OK)
		rep_sample_headers_fini(out);
	return rc;
}

void
rep_sample_headers_fini(struct rep_sample_headers *h)
{
	free(h->v);
	*h = (struct rep_sample_headers){ NULL, 0 };
}

rep_header_faults
rep_sample_header_of(const struct rep_sample_headers *h, int64_t id)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].id == id)
			return h->v[i].faults;
	return 0;
}

enum rep_rc
rep_sample_headers_put(
    const struct rep_sample_headers *h, struct rep_backend *b, struct rep_err *err)
{
	struct rep_buf row;
	enum rep_rc rc;
	char *to;

	rep_buf_init(&row, REP_SAMPLE_HEADERS_MAX * PAIR);
	for (size_t i = 0; i < h->n && (to = rep_buf_extend(&row, PAIR)) != NULL; i++) {
		rep_le64_put(to, (uint64_t)h->v[i].id);
		rep_le64_put(to + 8, h->v[i].faults);
	}
	rc = row.full ? rep_fail(err, REP_EMEM, "out of memory for samples")
		      : b->ops->note_put(b, REP_NOTE_HEADER, 0, rep_buf_str(&row), err);
	rep_buf_fini(&row);
	return rc;
}
