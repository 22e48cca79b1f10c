/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/find_signers.h"
#include "setup/signers.h"

#define OPENDKIM "/etc/opendkim.conf"
#define RSPAMD_KEYS "/var/lib/rspamd/dkim"

enum { LEX_BYTES = 8 << 20 }; /* quoted words of a file of REP_MACHINE_FILE_MAX */

struct find_signers_work {
	const struct rep_machine *m;
	struct rep_find_signers *out;
	const char *why;
	struct rep_str common; /* Rspamd's selector for every domain; n == 0: none */
};

static void
on_signer(void *ctx, struct rep_str domain, struct rep_str selector)
{
	struct find_signers_work *w = ctx;
	struct rep_find_signers *o = w->out;

	if (domain.n == 0)
		w->common = rep_arena_dup(w->m->arena, selector);
	if (domain.n == 0)
		return;
	for (size_t i = 0; i < o->n; i++)
		if (rep_str_eq_nocase(o->v[i].domain, domain) &&
		    rep_str_eq_nocase(o->v[i].selector, selector))
			return;
	if (o->n == REP_FIND_SIGNERS) {
		o->dropped++;
		return;
	}
	o->v[o->n] = (struct rep_find_signer){ rep_arena_dup(w->m->arena, domain),
		rep_arena_dup(w->m->arena, selector), w->why };
	o->n += o->v[o->n].domain.p != NULL && o->v[o->n].selector.p != NULL;
}

static const char *
text_of(struct find_signers_work *w, struct rep_str s)
{
	const char *p = rep_arena_dup(w->m->arena, s).p;

	return p != NULL ? p : "";
}

/* --- OpenDKIM ----------------------------------------------------------------------------------------- */

/* Each domain of "Domain a.example, b.example" with the selector that the file has for all. */
static void
one_selector(struct find_signers_work *w, struct rep_str conf)
{
	struct rep_str selector = rep_opendkim_setting(conf, "Selector");
	struct rep_str rest = rep_opendkim_setting(conf, "Domain");

	while (rest.n > 0) {
		size_t comma = rep_str_chr(rest, ',', 0);
		struct rep_str domain = rep_str_trim(rep_str_sub(rest, 0, comma));

		if (rep_signer_domain(domain) && rep_signer_selector(selector))
			on_signer(w, domain, selector);
		rest = rep_str_sub(rest, comma == SIZE_MAX ? rest.n : comma + 1, rest.n);
	}
}

/* A folder for each domain, in it a file for each key: SELECTOR.private, as opendkim-genkey(8) names it. */
static void
key_folders(struct find_signers_work *w, const char *top)
{
	const char **domains, **keys;
	size_t n = rep_machine_names(w->m, top, &domains), keys_n;

	for (size_t i = 0; i < n; i++) {
		struct rep_str domain = rep_str_c(domains[i]);

		if (!rep_signer_domain(domain))
			continue;
		keys_n = rep_machine_names(w->m,
		    text_of(w, rep_arena_printf(w->m->arena, "%s/%s", top, domains[i])), &keys);
		for (size_t k = 0; k < keys_n; k++) {
			struct rep_str key = rep_str_c(keys[k]), end = REP_S(".private");

			key.n -= rep_str_ends(key, end) ? end.n : key.n;
			if (rep_signer_selector(key))
				on_signer(w, domain, key);
		}
	}
}

static void
opendkim(struct find_signers_work *w)
{
	static const char *const tables[] = { "/etc/opendkim/KeyTable", "/etc/opendkim/key.table",
		"/etc/opendkim/keytable" };
	struct rep_str conf = rep_machine_file(w->m, OPENDKIM), table;
	size_t before = w->out->n;

	table = rep_opendkim_file(rep_opendkim_setting(conf, "KeyTable"));
	w->why = "OpenDKIM's KeyTable";
	if (table.n > 0)
		rep_opendkim_keys(rep_machine_file(w->m, text_of(w, table)), on_signer, w);
	for (size_t i = 0; table.n == 0 && i < REP_COUNT(tables); i++)
		rep_opendkim_keys(rep_machine_file(w->m, tables[i]), on_signer, w);
	w->why = OPENDKIM;
	if (w->out->n == before)
		one_selector(w, conf);
	/* A folder may have keys that are not used any more: only when nothing says which are. */
	w->why = "OpenDKIM's key folder";
	if (w->out->n == before)
		key_folders(w, "/etc/opendkim/keys");
	if (w->out->n == before)
		key_folders(w, "/etc/dkimkeys");
}

/* --- Rspamd ------------------------------------------------------------------------------------------- */

static void
rspamd(struct find_signers_work *w)
{
	static const char *const files[] = { "/etc/rspamd/local.d/dkim_signing.conf",
		"/etc/rspamd/override.d/dkim_signing.conf" };
	const char **names;
	size_t n;

	w->common = REP_S("");
	w->why = "Rspamd's dkim_signing.conf";
	for (size_t i = 0; i < REP_COUNT(files); i++) {
		struct rep_arena *a = rep_arena_new(LEX_BYTES);

		if (a != NULL)
			rep_rspamd_signing(rep_machine_file(w->m, files[i]), a, on_signer, w);
		rep_arena_free(a);
	}
	w->why = "Rspamd's key folder";
	n = rep_machine_names(w->m, RSPAMD_KEYS, &names);
	for (size_t i = 0; i < n; i++)
		rep_rspamd_key(rep_str_c(names[i]), w->common, on_signer, w);
}

void
rep_find_signers(const struct rep_machine *m, struct rep_find_signers *out)
{
	struct find_signers_work w = { .m = m, .out = out };

	out->n = out->dropped = 0;
	opendkim(&w);
	rspamd(&w);
}
