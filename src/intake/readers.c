/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/readers.h"
#include "auth/dkim_later.h"
#include "intake/aggregate_read.h"
#include "intake/archive.h"
#include "intake/bounce.h"
#include "intake/events.h"
#include "intake/mbox.h"
#include "intake/sheets.h"
#include "intake/tls_read.h"
#include "mail/auth_results.h"
#include "mail/mime.h"

/* An attachment that was encoded twice, decoded once more; else as it is. */
static struct rep_str
decoded_again(struct rep_str s, struct rep_arena *a)
{
	static const char *const begins[] = { "H4sI", "UEsDB", "PD94bWwg", "PGZlZWRiYWNr", "eyJ",
		"ewog", "ewoJ", "ew0K" };
	struct rep_str bare = rep_str_trim(s);
	char *p;

	for (size_t i = 0; i < REP_COUNT(begins); i++)
		if (rep_str_starts(bare, rep_str_c(begins[i])) &&
		    (p = rep_arena_alloc(a, bare.n + 1)) != NULL)
			return (struct rep_str){ p, rep_mime_base64(bare, p) };
	return s;
}

/*
 * Aggregate and TLS reports in the parts of a mail, packed or not, whatever their types and names are. When none can be
 * read, and the mail says that it is a report, *why has the reason.
 */
static enum rep_rc
read_attached(
    struct rep_document *d, const struct rep_mime *m, struct rep_arena *a, struct rep_err *why)
{
	struct rep_str subject = rep_header(&m->parts[0].headers, "Subject");
	bool announced = rep_str_find_nocase(subject, REP_S("report"), 0) != SIZE_MAX;
	enum rep_rc worst = REP_OK;

	for (size_t i = 0; i < m->n; i++) {
		struct rep_str s = m->parts[i].body;
		uint64_t before = rep_document_received(d);
		enum rep_doc_kind kind;
		enum rep_rc rc;

		if (m->parts[i].message || s.n == 0)
			continue;
		s = decoded_again(s, a);
		kind = rep_document_kind(rep_str_sub(s, 0, 4096));
		if (kind < REP_DOC_AGGREGATE || kind >= REP_DOC_N)
			continue;
		rc = rep_document_within(d, s, kind, rep_document_read, a, why);
		worst = rc != REP_OK && announced ? rc : worst;
		d->quoted =
		    d->quoted || (m->parts[i].within != 0 && rep_document_received(d) > before);
	}
	return rep_document_found(d) > 0 ? REP_OK : worst;
}

/*
 * Who sent a mail with reports of receivers: what its own server says, and which signatures hold, as far as that can be told
 * here.
 */
static void
read_sender(struct rep_document *d, const struct rep_headers *h, struct rep_arena *a)
{
	struct rep_message m;

	d->auth = (struct rep_auth_results){ .passed_n = 0 };
	d->signed_by.from = d->auth.from;
	d->signed_by.n = 0;
	if (d->quoted || rep_document_received(d) == 0)
		return;
	rep_auth_results_of(h, &d->auth);
	d->signed_by.from = d->auth.from;
	if (rep_message_parse(d->bytes, a, &m, NULL) != REP_OK ||
	    rep_dkim_without_key(&m, a, &d->signed_by, NULL) != REP_OK)
		d->signed_by.n = 0;
}

static enum rep_rc
read_mail(struct rep_document *d, struct rep_arena *a, struct rep_err *err)
{
	/* 60 KB each, not cleared. By depth: an archive in a mail may hold a mail, and what is around it is still read. */
	static struct rep_mime parts[REP_DOC_DEPTH + 1];
	struct rep_mime *m = &parts[d->depth];
	uint64_t before = rep_document_found(d), received = rep_document_received(d);
	enum rep_rc rc;

	d->mailed = true;
	if ((rc = rep_mime_parse(d->bytes, a, m, err)) != REP_OK ||
	    (rc = rep_bounce_read(d, m, a, err)) != REP_OK)
		return rc;
	if (d->reason.n == 0)
		d->reason = m->reason;
	if (rep_document_found(d) == before && (rc = read_attached(d, m, a, err)) != REP_OK)
		return rc;
	d->quoted = d->quoted || (d->depth > 0 && rep_document_received(d) > received);
	read_sender(d, &m->parts[0].headers, a);
	if (rep_document_found(d) == before && m->reason.n > 0)
		return rep_fail(err, REP_ELIMIT, "%.*s", REP_PR(m->reason));
	return REP_OK;
}

/* A mailbox in an archive. A mailbox file is split before it comes here. */
static enum rep_rc
read_mbox(struct rep_document *d, struct rep_arena *a, struct rep_err *err)
{
	struct rep_str all = d->bytes;
	enum rep_rc rc = REP_OK;
	size_t i = 0;

	while (rc == REP_OK && rep_mbox_next(all, &i, &d->bytes))
		rc = read_mail(d, a, err);
	d->bytes = all;
	return rc;
}

static enum rep_rc
read_archive(struct rep_document *d, struct rep_arena *a, struct rep_err *err)
{
	return rep_archive_read(d, rep_document_read, a, err);
}

static const rep_document_read_fn readers[REP_DOC_N] = {
	[REP_DOC_MAIL] = read_mail,
	[REP_DOC_MBOX] = read_mbox,
	[REP_DOC_EVENTS] = rep_events_read,
	[REP_DOC_PMTA] = rep_pmta_read,
	[REP_DOC_SPAMCSV] = rep_spamcsv_read,
	[REP_DOC_AGGREGATE] = rep_aggregate_read,
	[REP_DOC_TLS] = rep_tls_read,
	[REP_DOC_ZIP] = read_archive,
	[REP_DOC_GZIP] = read_archive,
	[REP_DOC_ZSTD] = read_archive,
	[REP_DOC_BZIP2] = read_archive,
	[REP_DOC_XZ] = read_archive,
};

void
rep_document_prepare(void)
{
	rep_dkim_later_prepare();
	(void)rep_archive_prepare();
}

enum rep_rc
rep_document_read(struct rep_document *d, struct rep_arena *a, struct rep_err *err)
{
	if (d->kind == REP_DOC_NONE)
		d->kind = rep_document_kind(rep_str_sub(d->bytes, 0, 4096));
	if ((unsigned)d->kind >= REP_DOC_N || readers[d->kind] == NULL)
		return rep_fail(
		    err, REP_ESYNTAX, "it is %s, not a document", rep_document_word(d->kind));
	return readers[d->kind](d, a, err);
}
