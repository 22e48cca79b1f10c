/* What is to be done so that an own address has a good name. SPDX-License-Identifier: Apache-2.0 */
#include "audit/ptr_inside.h"

/* Fills in NAME and ADDRESS of the recipe. */
static struct rep_str
recipe(struct rep_findings *f, struct rep_str text, struct rep_str name, struct rep_str ip)
{
	struct rep_buf b;
	struct rep_str out;

	rep_buf_init(&b, 4096);
	for (size_t i = 0; i < text.n;) {
		struct rep_str rest = rep_str_sub(text, i, text.n);

		if (rep_str_starts(rest, REP_S("NAME"))) {
			rep_buf_add(&b, name);
			i += 4;
		} else if (rep_str_starts(rest, REP_S("ADDRESS"))) {
			rep_buf_add(&b, ip);
			i += 7;
		} else {
			rep_buf_addc(&b, text.p[i++]);
		}
	}
	out = rep_arena_dup(f->a, rep_buf_str(&b));
	rep_buf_fini(&b);
	return out;
}

/* The address record of a name, unless it is there. */
void
rep_ptr_publish(struct rep_findings *f, struct rep_finding *x, const struct rep_ip *ip,
    const struct rep_own_name *name)
{
	char text[REP_IP_TEXT], type[16];

	if (!name->published)
		rep_finding_publish(f, x, "%.*s. IN %s %s", REP_PR(name->text),
		    rep_dns_type_text(rep_dns_address_type(ip), type), rep_ip_text(ip, text));
}

struct rep_str
rep_ptr_record_words(struct rep_findings *f, const char *why, const struct rep_ip *ip,
    const struct rep_own_name *name)
{
	const char *there = !name->other_family ? "the one that is there"
	    : ip->version == 6			? "its A record"
						: "its AAAA record";
	const char *also = name->beside ? "also " : "";
	struct rep_str mail = { "", 0 }, where = { "", 0 };
	char old[REP_IP_TEXT];

	if (name->takes_mail)
		mail = rep_finding_text(f,
		    "; %.*s is an MX, so incoming mail then %sgoes to this address",
		    REP_PR(name->text), also);
	if (name->instead.version != 0)
		where = rep_finding_text(f,
		    " in place of the one with %s (if a server of yours still has that "
		    "address, keep both, and give it with --ip too)",
		    rep_ip_text(&name->instead, old));
	else if (name->beside)
		where = rep_finding_text(f, " beside %s, which stays", there);
	return rep_finding_text(
	    f, "%spublish this record%.*s%.*s:", why, REP_PR(where), REP_PR(mail));
}

/* A text with every "." as a sed pattern has it. */
static struct rep_str
for_sed(struct rep_arena *a, struct rep_str s)
{
	struct rep_buf b;
	struct rep_str out;

	rep_buf_init(&b, 256);
	for (size_t i = 0; i < s.n; i++)
		rep_buf_printf(&b, "%s%c", s.p[i] == '.' ? "\\" : "", s.p[i]);
	out = rep_arena_dup(a, rep_buf_str(&b));
	rep_buf_fini(&b);
	return out;
}

/* Lets HELO say the name: all of Postfix, or what sends from this address alone. */
void
rep_ptr_say_name(struct rep_ptr_run *r, struct rep_finding *x, size_t i)
{
	struct rep_str name = r->said[i].text, ip;
	char text[REP_IP_TEXT];

	if (name.n == 0)
		return;
	/* One address for which HELO is right now: no other one is known to need the old name. */
	if (rep_str_eq_nocase(name, r->common) || (r->in->ip_n == 1 && r->out[i].helo_confirmed)) {
		(void)rep_finding_step(x,
		    rep_finding_text(r->f, "let HELO say %.*s; in Postfix:", REP_PR(name)),
		    rep_finding_text(
			r->f, "postconf -e 'smtp_helo_name = %.*s'\npostfix reload", REP_PR(name)));
		return;
	}
	rep_ip_text(&r->in->ip[i], text);
	ip = for_sed(r->f->a, rep_str_c(text));
	(void)rep_finding_step(x,
	    rep_finding_text(r->f,
		"let HELO say %.*s where mail leaves from %s; your other addresses keep %.*s. In "
		"Postfix, for the transport in master.cf that has this smtp_bind_address (behind NAT "
		"put the inner address in; a server of its own has smtp_helo_name in main.cf):",
		REP_PR(name), text, REP_PR(r->common)),
	    rep_finding_text(r->f,
		"postconf -P | sed -n 's|/smtp_bind_address6* = %.*s$|/smtp_helo_name=%.*s|p' | xargs "
		"-r postconf -P\npostfix reload",
		REP_PR(ip), REP_PR(name)));
}

/* The PTR name can only be wrong by its record, but whose it is was not said. */
static bool
perhaps_forward(struct rep_ptr_run *r, struct rep_finding *x, size_t i)
{
	const struct rep_audit_ptr *p = &r->out[i];
	char host[REP_NAME_TEXT];

	if (r->in->domain.n > 0 || p->state != REP_PTR_UNCONFIRMED || p->names != 1 ||
	    p->name[0].generic || p->name[0].forward->cnames > 0 ||
	    !rep_host_name(rep_str_c(rep_name_text(&p->name[0].name, host))))
		return false;
	(void)rep_finding_step(x,
	    rep_finding_text(r->f,
		"if %s is a name of your own, only its address record for this address is missing. "
		"reputed check DOMAIN --ip %.*s prints it. Otherwise set the PTR to a name in your own "
		"domain, where you rent the address",
		host, REP_PR(x->subject)),
	    REP_S(""));
	return true;
}

static const struct rep_cloud *
cloud_of(const struct rep_audit_ptr *p)
{
	const struct rep_cloud *cloud = NULL;

	for (size_t k = 0; k < p->names && cloud == NULL; k++)
		cloud = p->name[k].cloud;
	return cloud;
}

bool
rep_ptr_fixed(const struct rep_ptr_run *r, size_t i, struct rep_str *why)
{
	const struct rep_cloud *cloud = cloud_of(&r->out[i]);

	if (cloud == NULL ||
	    (cloud->fixed.n == 0 && (r->in->ip[i].version != 6 || cloud->fixed6.n == 0)))
		return false;
	*why = rep_str_or(cloud->fixed, cloud->fixed6);
	return true;
}

/* The records of an address, without one twice. */
static struct rep_str
records(const struct rep_ptr_run *r, size_t i)
{
	const struct rep_own_name *name[] = { &r->name[i], &r->said[i] };
	char text[REP_IP_TEXT], number[16];
	const char *type = rep_dns_type_text(rep_dns_address_type(&r->in->ip[i]), number);
	struct rep_str out = { "", 0 };

	for (size_t k = 0; k < REP_COUNT(name); k++) {
		if (name[k]->text.n == 0 || name[k]->published ||
		    (k > 0 && rep_str_eq_nocase(name[0]->text, name[1]->text)))
			continue;
		out = rep_finding_text(r->f, "%.*s%s%.*s. IN %s %s", REP_PR(out),
		    out.n > 0 ? "\n" : "", REP_PR(name[k]->text), type,
		    rep_ip_text(&r->in->ip[i], text));
	}
	return out;
}

/* The names that the PTR has now. */
static struct rep_str
ptr_now(const struct rep_ptr_run *r, size_t i)
{
	const struct rep_audit_ptr *p = &r->out[i];
	struct rep_str out = { "", 0 };
	char text[REP_NAME_TEXT];

	for (size_t k = 0; k < p->names; k++)
		out = rep_finding_text(r->f, "%.*s%s%s", REP_PR(out), k > 0 ? " " : "",
		    rep_name_text(&p->name[k].name, text));
	return rep_shown(r->f->a, out, out.n);
}

/* Nothing is to be told of the name but the name. */
static bool
plain(const struct rep_own_name *name)
{
	return !name->takes_mail && name->instead.version == 0 && name->kept.n == 0;
}

void
rep_ptr_row(struct rep_ptr_run *r, size_t i)
{
	const struct rep_own_name *name = &r->name[i], *said = &r->said[i];
	struct rep_str why;
	struct rep_name_row *row;
	char text[REP_IP_TEXT];

	if (name->text.n == 0 || r->out[i].state == REP_PTR_UNKNOWN || rep_ptr_fixed(r, i, &why) ||
	    (row = rep_arena_alloc(r->f->a, sizeof *row)) == NULL)
		return;
	*row = (struct rep_name_row){ .at = i,
		.ip = rep_finding_text(r->f, "%s", rep_ip_text(&r->in->ip[i], text)),
		.now = ptr_now(r, i),
		.publish = records(r, i),
		.plain = plain(name) && plain(said) };
	if (rep_ptr_is_set(r, i) && !rep_ptr_only_forward(&r->out[i], name))
		row->set = name->text;
	if (!rep_str_eq_nocase(said->text, r->helo))
		row->helo = said->text;
	r->row[i] = row;
}

void
rep_ptr_how_to(struct rep_ptr_run *r, struct rep_finding *x, size_t i)
{
	const struct rep_ip *ip = &r->in->ip[i];
	const struct rep_own_name *name = &r->name[i];
	const struct rep_audit_ptr *p = &r->out[i];
	const struct rep_cloud *cloud = cloud_of(p);
	struct rep_str set = { "", 0 }, run = { "", 0 }, host;
	bool no_domain = r->in->domain.n == 0;
	char text[REP_IP_TEXT], old[REP_IP_TEXT];
	struct rep_step *step;

	rep_ip_text(ip, text);
	if (rep_ptr_fixed(r, i, &x->fix))
		return;
	if (perhaps_forward(r, x, i))
		return;
	host = rep_str_or(name->text, REP_S("mail.YOUR-DOMAIN"));
	if (cloud != NULL) {
		set = recipe(r->f, cloud->set, host, rep_str_c(text));
		if (ip->version == 4)
			run = recipe(r->f, cloud->run, host, rep_str_c(text));
	}
	if (name->text.n == 0) {
		x->fix = rep_finding_text(r->f,
		    "give the address a name in your own domain: first an address record for it, then "
		    "the PTR, where you rent the address%s%.*s%s%s%.*s%s%s%s",
		    set.n > 0 ? ": " : "", REP_PR(set),
		    set.n == 0 || !rep_str_ends(set, REP_S(".")) ? "." : "",
		    run.n > 0 ? " The call, with your name: " : "", REP_PR(run),
		    no_domain ? (run.n > 0 ? "; reputed check DOMAIN --ip "
					   : " reputed check DOMAIN --ip ")
			      : "",
		    no_domain ? text : "", no_domain ? " prints the record and the name" : "");
		return;
	}
	if (!name->published) {
		x->fix = rep_ptr_record_words(r->f, "", ip, name);
		rep_ptr_publish(r->f, x, ip, name);
	}
	step = rep_finding_step(x,
	    rep_finding_text(r->f, "set the PTR of %s to %.*s where you rent the address%s%.*s",
		text, REP_PR(name->text), set.n > 0 ? ": " : "", REP_PR(set)),
	    run);
	if (r->row[i] != NULL && set.n > 0) {
		r->row[i]->cloud = step->words;
		r->row[i]->of_cloud = cloud->name;
	}
	/* If HELO is wrong too, its own finding says this. */
	if (r->helo.n == 0 || (p->helo_confirmed && !rep_str_eq_nocase(r->said[i].text, r->helo)))
		rep_ptr_say_name(r, x, i);
	if (name->kept.n > 0)
		(void)rep_finding_step(x,
		    rep_finding_text(r->f,
			"or keep the PTR and HELO %.*s, and let that name lead to %s instead of %s: "
			"everything else that uses it, such as incoming mail, IMAP or web pages, then moves there too",
			REP_PR(name->kept), text, rep_ip_text(&name->kept_ip, old)),
		    REP_S(""));
}
