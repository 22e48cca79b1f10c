/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/readers.h"
#include "intake/archive.h"
#include "intake/bounce.h"
#include "intake/events.h"
#include "intake/mbox.h"
#include "intake/sheets.h"
#include "mail/mime.h"

static enum rep_rc
read_mail(struct rep_document *d, struct rep_arena *a, struct rep_err *err)
{
	static struct rep_mime parts; /* 60 KB, not cleared; one document at a time */
	struct rep_mime *m = &parts;
	enum rep_rc rc;

	if ((rc = rep_mime_parse(d->bytes, a, m, err)) != REP_OK ||
	    (rc = rep_bounce_read(d, m, a, err)) != REP_OK)
		return rc;
	if (d->reason.n == 0)
		d->reason = m->reason;
	if (d->reports_n == 0 && m->reason.n > 0)
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
	[REP_DOC_ZIP] = read_archive,
	[REP_DOC_GZIP] = read_archive,
	[REP_DOC_ZSTD] = read_archive,
	[REP_DOC_BZIP2] = read_archive,
	[REP_DOC_XZ] = read_archive,
};

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
