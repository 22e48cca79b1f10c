/* SPDX-License-Identifier: Apache-2.0 */
/* providers.c -- who receives, what they say, and how a text is filled in. */
#include "genlog.h"

/* The ids are those of know. */
const struct prov provs[P_COUNT] = {
#include "providers.inc"
};

/* What a refusal is; the names are those of doc/words.md. */

const char *const cls_names[C_COUNT] = { "throttled", "blocked", "listed", "greylisted",
	"authentication", "identity", "content", "recipient", "mailbox", "policy", "capacity",
	"network", "tls", "protocol" };

const char *const stage_words[] = { "", "EHLO command", "MAIL FROM command", "RCPT TO command",
	"DATA command", "end of DATA command" };

struct reply replies[] = {
#include "replies.inc"
};

const uint32_t replies_n = LEN(replies);

static struct op *op_pool;
static size_t op_used;

/* Split a text at its %; done once, so that the fast path only copies. */
static void
tpl_compile(struct tpl *t, const char *s)
{
	struct op o;

	if (op_pool == NULL)
		op_pool = grow(NULL, 8192, sizeof *op_pool);
	t->ops = op_pool + op_used;
	t->nops = 0;
	for (;;) {
		const char *e = strchr(s, '%');

		o.lit = s;
		o.n = (uint16_t)(e == NULL ? strlen(s) : (size_t)(e - s));
		o.what = 0;
		o.width = 0;
		if (e != NULL) {
			o.what = (uint8_t)e[1];
			for (s = e + 2; *s >= '0' && *s <= '9'; s++)
				o.width = (uint8_t)(o.width * 10 + (*s - '0'));
		}
		if (op_used == 8192)
			die(4, "too many templates");
		op_pool[op_used++] = o;
		t->nops++;
		if (e == NULL)
			return;
	}
}

struct tpl ok_tpl[P_COUNT];

struct rows by_prov[P_COUNT], by_class[P_COUNT][C_COUNT];

void
replies_init(void)
{
	for (size_t i = 0; i < LEN(replies); i++) {
		struct reply *r = &replies[i];
		const char *s = r->text;

		tpl_compile(&r->tpl, s);
		if (r->dsn == NULL) {
			int n = 0;

			/* "550 5.7.1 " or "550-5.7.1 "; the enhanced code must be of the same class */
			if (s[4] == s[0] && s[5] == '.' && s[6] >= '0' && s[6] <= '9')
				n = (int)strcspn(s + 4, " ");
			if (n > 0)
				snprintf(r->dsn_buf, sizeof r->dsn_buf, "%.*s", n, s + 4);
			else
				snprintf(r->dsn_buf, sizeof r->dsn_buf, "%c.0.0", s[0]);
			if (r->stage == S_GREET)
				r->dsn_buf[0] = '4'; /* smtp_skip_5xx_greeting = yes */
			r->dsn = r->dsn_buf;
		}
		r->temp = r->dsn[0] == '4';
		for (unsigned w = 0; w < r->weight; w++) {
			uint32_t n = by_prov[r->prov].n++, k = by_class[r->prov][r->cls].n++;

			by_prov[r->prov].row = grow(by_prov[r->prov].row, n + 1, sizeof(uint16_t));
			by_prov[r->prov].row[n] = (uint16_t)i;
			by_class[r->prov][r->cls].row =
			    grow(by_class[r->prov][r->cls].row, k + 1, sizeof(uint16_t));
			by_class[r->prov][r->cls].row[k] = (uint16_t)i;
		}
	}
	for (int p = 0; p < P_COUNT; p++)
		tpl_compile(&ok_tpl[p], provs[p].ok);
}

const struct reply *
pick(unsigned prov, enum cls c)
{
	if (by_class[prov][c].n == 0)
		return NULL;
	return &replies[by_class[prov][c].row[below(by_class[prov][c].n)]];
}
