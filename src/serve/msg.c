/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/msg.h"
#include "base/bytes.h"

static const uint32_t MAGIC = 0x31505252; /* "RRP1" */

void
rep_msg_put(struct rep_buf *out, uint64_t v, unsigned bytes)
{
	char b[8];
	size_t n = bytes < sizeof b ? bytes : sizeof b;

	rep_le_put(b, v, n);
	rep_buf_add(out, (struct rep_str){ b, n });
}

void
rep_msg_put_str(struct rep_buf *out, struct rep_str s)
{
	rep_msg_put(out, s.n, 4);
	rep_buf_add(out, s);
}

size_t
rep_msg_begin(struct rep_buf *out, enum rep_msg_type type, uint64_t id)
{
	size_t at = out->n;

	rep_msg_put(out, MAGIC, 4);
	rep_msg_put(out, (uint64_t)type, 4);
	rep_msg_put(out, 0, 4);
	rep_msg_put(out, id, 8);
	return at;
}

void
rep_msg_end(struct rep_buf *out, size_t begun)
{
	size_t n = out->n - begun - REP_MSG_HEADER;

	if (out->full)
		return;
	rep_le32_put(out->p + begun + 8, (uint32_t)n);
}

enum rep_rc
rep_msg_take(struct rep_str bytes, struct rep_msg *m, size_t *used, struct rep_err *err)
{
	uint64_t type, n;

	*used = 0;
	if (bytes.n < REP_MSG_HEADER)
		return REP_ENOTFOUND;
	if (rep_le32(bytes.p) != MAGIC)
		return rep_fail(err, REP_ESYNTAX, "this is not a message of a worker");
	type = rep_le32(bytes.p + 4);
	n = rep_le32(bytes.p + 8);
	if (type == REP_MSG_NONE || type >= REP_MSG_N)
		return rep_fail(
		    err, REP_ESYNTAX, "no message has the type %llu", (unsigned long long)type);
	if (n > REP_MSG_MAX)
		return rep_fail(err, REP_ELIMIT, "a message of %llu bytes is longer than %d",
		    (unsigned long long)n, REP_MSG_MAX);
	*used = REP_MSG_HEADER + (size_t)n;
	if (bytes.n < *used)
		return REP_ENOTFOUND;
	*m = (struct rep_msg){ (enum rep_msg_type)type, rep_le64(bytes.p + 12),
		rep_str_sub(bytes, REP_MSG_HEADER, (size_t)n) };
	return REP_OK;
}

uint64_t
rep_msg_get(struct rep_msg_reader *r, unsigned bytes)
{
	uint64_t v;

	if (r->bad || bytes > 8 || bytes > r->s.n - r->at) {
		r->bad = true;
		return 0;
	}
	v = rep_le(r->s.p + r->at, bytes);
	r->at += bytes;
	return v;
}

struct rep_str
rep_msg_get_str(struct rep_msg_reader *r)
{
	uint64_t n = rep_msg_get(r, 4);
	struct rep_str s = { "", 0 };

	if (r->bad || n > r->s.n - r->at) {
		r->bad = true;
		return s;
	}
	s = rep_str_sub(r->s, r->at, (size_t)n);
	r->at += (size_t)n;
	return s;
}

bool
rep_msg_done(const struct rep_msg_reader *r)
{
	return !r->bad && r->at == r->s.n;
}
