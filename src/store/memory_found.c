/*
 * What was told of incidents, what looks at DNS found, and which parts were looked at, in memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/buf.h"
#include "base/bytes.h"
#include "store/memory_in.h"

#include <stdlib.h>

/* For a verdict or a finding: we make no text that is larger. */
enum { ROW_BYTES_MAX = 1 << 20 };

static enum rep_rc
too_large(struct rep_err *err)
{
	return rep_fail(err, REP_ELIMIT,
	    "a row of the store is larger than %d bytes, or memory is used up", ROW_BYTES_MAX);
}

struct told_key {
	struct rep_number_key recording, incident;
};

enum rep_rc
rep_memory_told_add(struct rep_backend *b, const struct rep_told *t, struct rep_err *err)
{
	struct told_key k = { rep_number_key((uint64_t)t->recording),
		rep_number_key((uint64_t)t->incident) };
	struct rep_buf value;
	enum rep_rc rc;

	rep_buf_init(&value, ROW_BYTES_MAX);
	rep_buf_add(&value, REP_BYTES(t->now_s));
	rep_buf_add(&value, t->text);
	rc = value.full ? too_large(err)
			: rep_table_put(&self(b)->t, TOLD, REP_BYTES(k), rep_buf_str(&value), err);
	rep_buf_fini(&value);
	return rc;
}

enum rep_rc
rep_memory_told_drop(struct rep_backend *b, int64_t before, struct rep_err *err)
{
	return rep_memory_drop_before(self(b), TOLD, before, err);
}

enum rep_rc
rep_memory_told(struct rep_backend *b, rep_told_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&self(b)->t, TOLD, &v, &n, err);

	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		struct rep_str value = rep_row_value(v[i]);
		struct rep_told t = { .recording = rep_row_number(v[i]) };

		t.incident = (int64_t)rep_be64(v[i]->bytes + 8);
		memcpy(&t.now_s, value.p, sizeof t.now_s);
		t.text = rep_str_sub(value, sizeof t.now_s, value.n);
		rc = fn(ctx, &t);
	}
	free(v);
	return rc;
}

/* --- what looks at DNS found ------------------------------------------------------------------ */

/* Appends strings, each with a byte 0 after it. No string contains a 0. */
static void
add_texts(struct rep_buf *b, const struct rep_str *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		rep_buf_add(b, v[i]);
		rep_buf_addc(b, '\0');
	}
}

/* Takes the next string. *rest is what follows it. */
static struct rep_str
next_text(struct rep_str *rest)
{
	size_t end = rep_str_chr(*rest, '\0', 0);
	struct rep_str v = rep_str_sub(*rest, 0, end);

	*rest = rep_str_sub(*rest, end == SIZE_MAX ? rest->n : end + 1, rest->n);
	return v;
}

static void
found_key(struct rep_buf *key, const struct rep_found *f)
{
	struct rep_number_key first = rep_number_key((uint64_t)f->first_s);

	add_texts(key, (struct rep_str[]){ f->subject, f->part, f->id, f->detail }, 4);
	rep_buf_add(key, REP_BYTES(first));
}

enum rep_rc
rep_memory_found_put(struct rep_backend *b, const struct rep_found *f, struct rep_err *err)
{
	struct rep_buf key, value;
	enum rep_rc rc;

	rep_buf_init(&key, ROW_BYTES_MAX);
	rep_buf_init(&value, ROW_BYTES_MAX);
	found_key(&key, f);
	rep_buf_add(&value, REP_BYTES(*f)); /* the views in it are not used */
	add_texts(&value, (struct rep_str[]){ f->text, f->fix }, 2);
	rc = key.full || value.full
	    ? too_large(err)
	    : rep_table_put(&self(b)->t, FOUND, rep_buf_str(&key), rep_buf_str(&value), err);
	rep_buf_fini(&key);
	rep_buf_fini(&value);
	return rc;
}

enum rep_rc
rep_memory_found_drop(struct rep_backend *b, const struct rep_found *f, struct rep_err *err)
{
	struct rep_buf key;
	enum rep_rc rc;

	rep_buf_init(&key, ROW_BYTES_MAX);
	found_key(&key, f);
	rc = key.full ? too_large(err)
		      : rep_table_change(&self(b)->t, FOUND, rep_buf_str(&key), NULL, err);
	rep_buf_fini(&key);
	return rc;
}

enum rep_rc
rep_memory_found(struct rep_backend *b, rep_found_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&self(b)->t, FOUND, &v, &n, err);

	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		struct rep_str key = rep_row_key(v[i]), value = rep_row_value(v[i]);
		struct rep_found f;

		memcpy(&f, value.p, sizeof f);
		value = rep_str_sub(value, sizeof f, value.n);
		f.subject = next_text(&key);
		f.part = next_text(&key);
		f.id = next_text(&key);
		f.detail = next_text(&key);
		f.text = next_text(&value);
		f.fix = next_text(&value);
		rc = fn(ctx, &f);
	}
	free(v);
	return rc;
}

enum rep_rc
rep_memory_looked_put(struct rep_backend *b, const struct rep_looked *l, struct rep_err *err)
{
	struct rep_buf key, value;
	enum rep_rc rc;

	rep_buf_init(&key, ROW_BYTES_MAX);
	rep_buf_init(&value, ROW_BYTES_MAX);
	add_texts(&key, (struct rep_str[]){ l->subject, l->part }, 2);
	rep_buf_add(&value, REP_BYTES(*l)); /* the views in it are not used */
	add_texts(&value, (struct rep_str[]){ l->kind, l->why }, 2);
	rc = key.full || value.full
	    ? too_large(err)
	    : rep_table_put(&self(b)->t, LOOKED, rep_buf_str(&key), rep_buf_str(&value), err);
	rep_buf_fini(&key);
	rep_buf_fini(&value);
	return rc;
}

enum rep_rc
rep_memory_looked(struct rep_backend *b, rep_looked_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&self(b)->t, LOOKED, &v, &n, err);

	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		struct rep_str key = rep_row_key(v[i]), value = rep_row_value(v[i]);
		struct rep_looked l;

		memcpy(&l, value.p, sizeof l);
		value = rep_str_sub(value, sizeof l, value.n);
		l.subject = next_text(&key);
		l.part = next_text(&key);
		l.kind = next_text(&value);
		l.why = next_text(&value);
		rc = fn(ctx, &l);
	}
	free(v);
	return rc;
}
