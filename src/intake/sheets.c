/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/sheets.h"
#include "intake/csv.h"
#include "mail/addr.h"
#include "mail/header.h"
#include "mail/smtp_reply.h"

/* --- PowerMTA ------------------------------------------------------------------------------------ */

enum pmta {
	TYPE,
	LOGGED,
	QUEUED,
	ORIG,
	RCPT,
	ORCPT,
	ACTION,
	STATUS,
	DIAG,
	MTA,
	SOURCE_IP,
	DEST_IP,
	VMTA,
	JOB,
	MESSAGE_ID,
	LIST_ID,
	FEEDBACK_ID,
	FBL_TYPE,
	FBL_FROM,
	FBL_RCPT,
	FBL_ARRIVAL,
	FBL_SOURCE,
	FBL_DOMAIN,
	FBL_AGENT,
	QUEUE_ID,
	PMTA_N
};

/* The names of each column. Versions differ in case and in single letters. */
static const char *const pmta_names[PMTA_N][5] = {
	[TYPE] = { "type", "otype" },
	[LOGGED] = { "timeLogged" },
	[QUEUED] = { "timeQueued", "timeImprinted" },
	[ORIG] = { "orig" },
	[RCPT] = { "rcpt" },
	[ORCPT] = { "orcpt" },
	[ACTION] = { "dsnAction" },
	[STATUS] = { "dsnStatus" },
	[DIAG] = { "dsnDiag" },
	[MTA] = { "dsnMta", "dsnRemoteMta" },
	[SOURCE_IP] = { "dlvSourceIp", "sourceIp" },
	[DEST_IP] = { "dlvDestinationIp", "dlvDesintationIp" },
	[VMTA] = { "vmta" },
	[JOB] = { "jobId" },
	[MESSAGE_ID] = { "header_Message-Id", "header_Message-ID", "messageId" },
	[LIST_ID] = { "header_List-Id" },
	[FEEDBACK_ID] = { "header_Feedback-Id", "header_Feedback-ID" },
	[FBL_TYPE] = { "feedbackType", "fblFeedbackType" },
	[FBL_FROM] = { "originalMailFrom", "fblOriginalMailFrom" },
	[FBL_RCPT] = { "originalRcptTo", "fblOriginalRcptTo" },
	[FBL_ARRIVAL] = { "arrivalDate", "receivedDate" },
	[FBL_SOURCE] = { "sourceIp", "fblSourceIp" },
	[FBL_DOMAIN] = { "reportedDomain" },
	[FBL_AGENT] = { "userAgent" },
	[QUEUE_ID] = { "envId" },
};

struct sheet {
	struct rep_csv *csv;
	int at[PMTA_N];
	uint64_t bad;
};

static struct rep_str
cell(const struct sheet *s, enum pmta c)
{
	if (s->at[c] < 0 || (size_t)s->at[c] >= s->csv->n)
		return (struct rep_str){ "", 0 };
	return s->csv->v[s->at[c]];
}

/* "1178807903", "2026-01-15T14:23:11+00:00", "2026-01-15 14:23:11-0500" */
static int64_t
moment(struct rep_str s)
{
	uint64_t v;

	if (s.n == 0)
		return 0;
	if (rep_str_u64(s, UINT64_C(99999999999), &v))
		return (int64_t)v;
	return rep_header_date(s);
}

/* "mx.example.net (192.0.2.1)" */
static void
mta(struct rep_str s, struct rep_report *p)
{
	size_t open = rep_str_chr(s, '(', 0);

	p->host = rep_str_trim(rep_str_sub(s, 0, open == SIZE_MAX ? s.n : open));
	if (open != SIZE_MAX && s.p[s.n - 1] == ')')
		(void)rep_ip_parse(rep_str_sub(s, open + 1, s.n - open - 2), &p->host_ip);
}

static void
pmta_delivery(const struct sheet *s, struct rep_report *p, enum rep_status status)
{
	struct rep_str diag = cell(s, DIAG), st = cell(s, STATUS);

	p->kind = REP_REPORT_DELIVERY;
	p->status = status;
	mta(cell(s, MTA), p);
	if (p->host_ip.version == 0)
		(void)rep_ip_parse(cell(s, DEST_IP), &p->host_ip);
	(void)rep_ip_parse(cell(s, SOURCE_IP), &p->source_ip);
	(void)rep_smtp_enhanced(rep_str_sub(st, 0, 12), p->enh);
	p->text = rep_addr_typed(diag);
	if (diag.n > 0 && rep_str_chr(rep_str_sub(diag, 0, 20), ';', 0) == SIZE_MAX)
		p->text = diag;
	if (p->text.n == 0 && status == REP_STATUS_SENT)
		p->text = REP_S("250");
	p->reporting_mta = cell(s, VMTA);
	if (p->at_s != 0 && moment(cell(s, QUEUED)) != 0)
		p->delay_s = (double)(p->at_s - moment(cell(s, QUEUED)));
	p->expired = p->enh[0] >= 4 && p->enh[1] == 4 && p->enh[2] == 7;
	if (p->expired && status == REP_STATUS_BOUNCED)
		p->status = REP_STATUS_EXPIRED;
}

static void
pmta_complaint(const struct sheet *s, struct rep_report *p)
{
	p->kind = REP_REPORT_COMPLAINT;
	p->feedback_type = cell(s, FBL_TYPE).n > 0 ? cell(s, FBL_TYPE) : REP_S("abuse");
	p->verp = cell(s, FBL_FROM).n > 0 ? cell(s, FBL_FROM) : p->sender;
	p->sender = p->verp;
	if (cell(s, FBL_RCPT).n > 0)
		p->recipient = rep_addr_typed(cell(s, FBL_RCPT));
	p->redacted = p->recipient.n == 0;
	(void)rep_ip_parse(cell(s, FBL_SOURCE), &p->source_ip);
	p->reported_domain = cell(s, FBL_DOMAIN);
	p->arrival_s = moment(cell(s, FBL_ARRIVAL));
	p->from_domain = rep_addr_domain(p->verp);
	p->text = cell(s, FBL_AGENT);
}

/* The types of PowerMTA's records. A type that is not here (r, tq, rs) is no attempt. */
static const struct {
	const char *type;
	enum rep_status status;
	bool remote, complaint;
} pmta_types[] = {
	{ "d", REP_STATUS_SENT, false, false },
	{ "delivered", REP_STATUS_SENT, false, false },
	{ "b", REP_STATUS_BOUNCED, false, false },
	{ "bounced", REP_STATUS_BOUNCED, false, false },
	{ "t", REP_STATUS_DEFERRED, false, false },
	{ "transient", REP_STATUS_DEFERRED, false, false },
	{ "rb", REP_STATUS_BOUNCED, true, false },
	{ "f", REP_STATUS_NONE, false, true },
	{ "feedback-loop", REP_STATUS_NONE, false, true },
};

static void
pmta_record(struct sheet *s, struct rep_document *d, struct rep_arena *a)
{
	for (size_t i = 0; i < REP_COUNT(pmta_types); i++) {
		struct rep_report *p;

		if (!rep_str_eq_nocase(cell(s, TYPE), rep_str_c(pmta_types[i].type)))
			continue;
		if (moment(cell(s, LOGGED)) == 0 ||
		    (!pmta_types[i].complaint && rep_str_chr(cell(s, RCPT), '@', 0) == SIZE_MAX)) {
			s->bad++;
			return;
		}
		if ((p = rep_document_report(d, a)) == NULL)
			return;
		p->line = d->line > 1 ? d->line + s->csv->line - 2 : s->csv->line;
		p->at_s = moment(cell(s, LOGGED));
		p->sender = cell(s, ORIG);
		p->recipient = cell(s, RCPT);
		p->original_recipient = rep_addr_typed(cell(s, ORCPT));
		p->message_id = cell(s, MESSAGE_ID);
		p->list_id = cell(s, LIST_ID);
		p->feedback_id = cell(s, FEEDBACK_ID);
		p->queue_id = cell(s, QUEUE_ID).n > 0 ? cell(s, QUEUE_ID) : cell(s, JOB);
		if (pmta_types[i].complaint) {
			pmta_complaint(s, p);
			return;
		}
		pmta_delivery(s, p, pmta_types[i].status);
		if (pmta_types[i].remote) {
			p->kind = REP_REPORT_BOUNCE;
			p->action = REP_ACTION_FAILED;
		}
		return;
	}
}

static void
say_bad(struct rep_document *d, struct rep_arena *a, const struct rep_csv *csv, uint64_t bad)
{
	if (csv->left_out && d->reason.n == 0)
		d->reason = rep_arena_printf(
		    a, "it has more than %d columns; the first were read", REP_CSV_COLUMNS);
	if (bad > 0 && d->reason.n == 0)
		d->reason = rep_arena_printf(
		    a, "%llu lines could not be read; the rest was used", (unsigned long long)bad);
}

enum rep_rc
rep_pmta_read(struct rep_document *d, struct rep_arena *a, struct rep_err *err)
{
	struct rep_csv *csv = rep_arena_alloc(a, sizeof *csv);
	struct sheet s = { .csv = csv };

	if (csv == NULL)
		return rep_fail(err, REP_EMEM, "it needs more memory than a document may take");
	rep_csv_init(csv, d->bytes);
	if (!rep_csv_next(csv, a))
		return REP_OK;
	for (int c = 0; c < PMTA_N; c++)
		s.at[c] = rep_csv_column(csv, pmta_names[c]);
	if (s.at[TYPE] < 0 || s.at[LOGGED] < 0)
		return rep_fail(err, REP_ESYNTAX,
		    "its first line names no columns \"type\" and \"timeLogged\"");
	while (rep_csv_next(csv, a))
		pmta_record(&s, d, a);
	say_bad(d, a, csv, s.bad);
	return REP_OK;
}

/* --- Signal Spam ---------------------------------------------------------------------------------- */

enum rep_rc
rep_spamcsv_read(struct rep_document *d, struct rep_arena *a, struct rep_err *err)
{
	static const char *const dates[] = { "date", "day", "jour", "report date",
		"date_signalement", NULL };
	static const char *const ips[] = { "ip", "ip address", "adresse ip", "source ip",
		"source_ip", "ip_address", "adresse_ip", NULL };
	static const char *const counts[] = { "count", "complaints", "plaintes", "nb", "nombre",
		"signalements", "nb_plaintes", "nb_signalements", "complaint count", "nb plaintes",
		"complaint_count", NULL };
	static const char *const networks[] = { "isp", "fai", "operator", "source", "provider",
		NULL };
	struct rep_csv *csv = rep_arena_alloc(a, sizeof *csv);
	int date, ip, count, network;
	uint64_t bad = 0, n;

	if (csv == NULL)
		return rep_fail(err, REP_EMEM, "it needs more memory than a document may take");
	rep_csv_init(csv, d->bytes);
	if (!rep_csv_next(csv, a))
		return REP_OK;
	date = rep_csv_column(csv, dates);
	ip = rep_csv_column(csv, ips);
	count = rep_csv_column(csv, counts);
	network = rep_csv_column(csv, networks);
	if (ip < 0 || count < 0)
		return rep_fail(err, REP_ESYNTAX,
		    "its first line names neither a column of addresses nor one of complaints");
	while (rep_csv_next(csv, a)) {
		struct rep_report *p;
		struct rep_ip address;

		if ((size_t)ip >= csv->n || (size_t)count >= csv->n ||
		    !rep_ip_parse(csv->v[ip], &address) ||
		    !rep_str_u64(csv->v[count], 1000000, &n)) {
			bad++;
			continue;
		}
		if (n == 0 || (p = rep_document_report(d, a)) == NULL)
			continue;
		p->kind = REP_REPORT_COMPLAINT;
		p->feedback_type = REP_S("abuse");
		p->redacted = true;
		p->source_ip = address;
		p->count = (uint32_t)n;
		p->line = csv->line;
		p->reporter = network >= 0 && (size_t)network < csv->n && csv->v[network].n > 0
		    ? csv->v[network]
		    : REP_S("orange.fr");
		p->at_s = date >= 0 && (size_t)date < csv->n ? moment(csv->v[date]) : 0;
		if (p->at_s == 0)
			p->at_s = d->file_s;
	}
	say_bad(d, a, csv, bad);
	return REP_OK;
}
