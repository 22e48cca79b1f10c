/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/archive.h"
#include "intake/aggregate_read.h"
#include "base/buf.h"
#include "base/library.h"
#include "intake/zip_cut.h"

#include <archive.h>
#include <archive_entry.h>

enum { MEMBERS = 1000, MEMBER_MAX = 32 << 20 };

#define LIBARCHIVE "libarchive.so.13"

static struct {
	struct archive *(*new)(void);
	int (*zip)(struct archive *);
	int (*raw)(struct archive *);
	int (*gzip)(struct archive *);
	int (*bzip2)(struct archive *);
	int (*xz)(struct archive *);
	int (*zstd)(struct archive *);
	int (*open)(struct archive *, const void *, size_t);
	int (*next)(struct archive *, struct archive_entry **);
	__LA_MODE_T (*type)(struct archive_entry *);
	la_ssize_t (*data)(struct archive *, void *, size_t);
	la_int64_t (*place)(struct archive *);
	const char *(*error)(struct archive *);
	int (*free)(struct archive *);
} la;

bool
rep_archive_prepare(void)
{
	static const struct rep_library_call calls[] = { { "archive_read_new", &la.new },
		{ "archive_read_support_format_zip_streamable", &la.zip },
		{ "archive_read_support_format_raw", &la.raw },
		{ "archive_read_support_filter_gzip", &la.gzip },
		{ "archive_read_support_filter_bzip2", &la.bzip2 },
		{ "archive_read_support_filter_xz", &la.xz },
		{ "archive_read_support_filter_zstd", &la.zstd },
		{ "archive_read_open_memory", &la.open }, { "archive_read_next_header", &la.next },
		{ "archive_entry_filetype", &la.type }, { "archive_read_data", &la.data },
		{ "archive_read_header_position", &la.place },
		{ "archive_error_string", &la.error }, { "archive_read_free", &la.free } };

	return la.free != NULL || rep_library_load(LIBARCHIVE, calls, REP_COUNT(calls));
}

/* One more piece of a member. *done: it is an aggregate report, which is read at once. */
static enum rep_rc
take_piece(struct rep_document *d, struct rep_str piece, struct rep_buf *out, bool *done,
    struct rep_err *err)
{
	bool first = out->n == 0 && !*done;

	d->expanded += piece.n;
	if (d->expanded > REP_DOC_EXPANSION)
		return rep_fail(err, REP_ELIMIT,
		    "it unpacks to more than %d MB, so it is "
		    "probably an archive bomb",
		    REP_DOC_EXPANSION >> 20);
	*done =
	    *done || (first && rep_document_kind(rep_str_sub(piece, 0, 4096)) == REP_DOC_AGGREGATE);
	if (*done)
		return rep_aggregate_piece(d, piece, first, false, err);
	rep_buf_add(out, piece);
	return REP_OK;
}

/*
 * A zip that was cut: what the packed bytes give beyond what libarchive gave of this member. Of damaged ones nothing: nobody can say
 * where the damage begins.
 */
static enum rep_rc
take_cut(struct rep_document *d, struct archive *ar, uint64_t given, struct rep_buf *out,
    bool *done, struct rep_err *err)
{
	static char chunk[65536];
	la_int64_t place = la.place(ar);
	struct rep_zip_cut *z;
	enum rep_rc rc = REP_OK;
	struct rep_str at;
	uint64_t tried;
	bool cut;
	size_t n;

	if (place < 0 || (uint64_t)place >= d->bytes.n)
		return REP_OK;
	at = rep_str_sub(d->bytes, (size_t)place, d->bytes.n);
	if ((z = rep_zip_cut_open(at, given)) == NULL)
		return REP_OK;
	cut = rep_zip_cut_ends(z, REP_DOC_EXPANSION - d->expanded, &tried);
	rep_zip_cut_close(z);
	d->expanded += cut ? 0 : tried; /* that was work, too */
	if (!cut || (z = rep_zip_cut_open(at, given)) == NULL)
		return REP_OK;
	while (rc == REP_OK && (n = rep_zip_cut_some(z, chunk, sizeof chunk)) > 0)
		rc = take_piece(d, (struct rep_str){ chunk, n }, out, done, err);
	rep_zip_cut_close(z);
	return rc;
}

/*
 * Reads the bytes of one member. REP_ELIMIT when it, or all members together, become too large. An aggregate report is read
 * as it is unpacked, and never in memory as a whole: then *done, and its bytes are not in `out`. What came of it before an
 * error is used.
 */
static enum rep_rc
unpack_member(struct rep_document *d, struct archive *ar, struct rep_buf *out, bool *done,
    struct rep_err *err)
{
	static char chunk[65536];
	la_ssize_t n;
	uint64_t given = 0;
	enum rep_rc rc;

	rep_buf_clear(out);
	*done = false;
	while ((n = la.data(ar, chunk, sizeof chunk)) > 0) {
		rc = take_piece(d, (struct rep_str){ chunk, (size_t)n }, out, done, err);
		if (rc != REP_OK)
			return rc;
		given += (uint64_t)n;
	}
	if (n < 0 && (rc = take_cut(d, ar, given, out, done, err)) != REP_OK)
		return rc;
	if (*done && n == 0)
		return rep_aggregate_piece(d, REP_S(""), false, true, err);
	if (n < 0)
		return rep_fail(err, REP_ESYNTAX, "damaged archive: %s",
		    la.error(ar) != NULL ? la.error(ar) : "no reason given");
	return out->full ? rep_fail(err, REP_ELIMIT, "a member of it is larger than 32 MB")
			 : REP_OK;
}

/* The same. A report that breaks off ends there: what came of it is a report that was cut. */
static enum rep_rc
unpack(struct rep_document *d, struct archive *ar, struct rep_buf *out, bool *done,
    struct rep_err *err)
{
	enum rep_rc rc = unpack_member(d, ar, out, done, err);
	enum rep_rc end =
	    *done && rc != REP_OK ? rep_aggregate_piece(d, REP_S(""), false, true, NULL) : REP_OK;

	return rc != REP_OK ? rc : end;
}

/* Reads a member as a document of its own. Its reports go to d. */
static enum rep_rc
member(struct rep_document *d, rep_document_read_fn read, struct rep_str bytes, struct rep_arena *a,
    struct rep_err *err)
{
	struct rep_str copy = rep_arena_dup(a, bytes);

	if (copy.p == NULL)
		return rep_fail(err, REP_EMEM, "it needs more memory than a document may take");
	return rep_document_within(d, copy, REP_DOC_NONE, read, a, err);
}

enum rep_rc
rep_archive_read(
    struct rep_document *d, rep_document_read_fn read, struct rep_arena *a, struct rep_err *err)
{
	struct archive_entry *entry;
	struct archive *ar;
	struct rep_err why = { .msg = "" };
	enum rep_rc rc = REP_OK, worst = REP_OK;
	struct rep_buf out;
	unsigned n = 0;
	bool done;
	int r;

	if (!rep_archive_prepare())
		return rep_fail(
		    err, REP_EIO, "to unpack it, %s is needed (package libarchive13)", LIBARCHIVE);
	if ((ar = la.new()) == NULL)
		return rep_fail(err, REP_EMEM, "it needs more memory than a document may take");
	rep_buf_init(&out, MEMBER_MAX);
	(void)la.zip(ar);
	(void)la.raw(ar);
	(void)la.gzip(ar);
	(void)la.bzip2(ar);
	(void)la.xz(ar);
	(void)la.zstd(ar);
	if (la.open(ar, d->bytes.p, d->bytes.n) != ARCHIVE_OK)
		rc = rep_fail(err, REP_ESYNTAX, "not an archive: %s",
		    la.error(ar) != NULL ? la.error(ar) : "it cannot be opened");
	while (rc == REP_OK && (r = la.next(ar, &entry)) != ARCHIVE_EOF) {
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN) {
			rc = rep_fail(err, REP_ESYNTAX, "damaged archive: %s",
			    la.error(ar) != NULL ? la.error(ar) : "no reason given");
			break;
		}
		if (++n > MEMBERS) {
			rc = rep_fail(err, REP_ELIMIT, "more than %d members", MEMBERS);
			break;
		}
		if (la.type(entry) == AE_IFDIR)
			continue;
		rc = unpack(d, ar, &out, &done, err);
		/* A member that is not about our mail does not prevent reading the others. */
		if (done && rc == REP_ESYNTAX) {
			worst = rc;
			(void)rep_fail(&why, rc, "%s", err != NULL ? err->msg : "not a report");
			d->reason = rep_arena_printf(a, "%s; what came before was used", why.msg);
			rc = REP_OK;
		}
		if (rc == REP_OK && !done && member(d, read, rep_buf_str(&out), a, &why) != REP_OK)
			worst = why.rc;
	}
	(void)la.free(ar);
	rep_buf_fini(&out);
	if (rc != REP_OK && rep_document_found(d) > 0) { /* only a part could be read */
		d->reason = rep_arena_printf(
		    a, "%s; what came before was used", err != NULL ? err->msg : "damaged archive");
		return REP_OK;
	}
	if (rc == REP_OK && worst != REP_OK && rep_document_found(d) == 0)
		return rep_fail(err, worst, "%s", why.msg);
	return rc;
}
