/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/mta_sts.h"
#include "auth/tags.h"

#include <stdio.h>

static const char *const modes[] = { "none", "testing", "enforce" };

const char *
rep_sts_mode_text(enum rep_sts_mode m)
{
	return modes[m];
}

/* "v=WORD", then the end, a blank or ';' */
static bool
version(struct rep_str txt, struct rep_str word)
{
	return rep_str_starts(txt, word) &&
	    (txt.n == word.n || txt.p[word.n] == ';' || rep_blank(txt.p[word.n]));
}

bool
rep_sts_is_record(struct rep_str txt)
{
	return version(txt, REP_S("v=STSv1"));
}

bool
rep_sts_record_good(struct rep_str txt)
{
	const struct rep_str *id;
	struct rep_tags t;

	if (rep_tags_parse(txt, &t, NULL) != REP_OK || (id = rep_tag(&t, "id")) == NULL ||
	    id->n == 0 || id->n > 32)
		return false;
	for (size_t i = 0; i < id->n; i++)
		if (!rep_alnum(id->p[i]))
			return false;
	return true;
}

static void
bad(struct rep_sts_policy *p, const char *why, struct rep_str v)
{
	if (p->why[0] == '\0')
		snprintf(p->why, sizeof p->why, "%s \"%.*s\"", why, (int)(v.n > 40 ? 40 : v.n),
		    v.n > 0 ? v.p : "");
}

static void
line(struct rep_sts_policy *p, struct rep_str s, unsigned *seen)
{
	size_t colon = rep_str_chr(s, ':', 0);
	struct rep_str key, v;
	enum { VERSION = 1, MODE = 2, AGE = 4 };

	if (s.n == 0)
		return;
	if (colon == SIZE_MAX) {
		bad(p, "no key and value in the line", s);
		return;
	}
	key = rep_str_trim(rep_str_sub(s, 0, colon));
	v = rep_str_trim(rep_str_sub(s, colon + 1, s.n));
	if (rep_str_eq(key, REP_S("version"))) {
		*seen |= VERSION;
		if (!rep_str_eq(v, REP_S("STSv1")))
			bad(p, "version is not STSv1 but", v);
	} else if (rep_str_eq(key, REP_S("mode"))) {
		*seen |= MODE;
		for (unsigned m = 0; m < REP_COUNT(modes); m++)
			if (rep_str_eq(v, rep_str_c(modes[m]))) {
				p->mode = (enum rep_sts_mode)m;
				return;
			}
		bad(p, "the mode is not enforce, testing or none:", v);
	} else if (rep_str_eq(key, REP_S("max_age"))) {
		*seen |= AGE;
		if (!rep_str_u64(v, 31557600, &p->max_age_s))
			bad(p, "max_age is not a number up to 31557600:", v);
	} else if (rep_str_eq(key, REP_S("mx"))) {
		if (v.n == 0 || p->mx_n == REP_STS_MAX_MX)
			bad(p, "mx is empty, or there are too many", v);
		else
			p->mx[p->mx_n++] = v;
	}
}

void
rep_sts_policy_parse(struct rep_str text, struct rep_sts_policy *out)
{
	struct rep_sts_policy p = { .good = false };
	unsigned seen = 0;
	size_t end;

	for (size_t i = 0; i < text.n; i = end + 1) {
		end = rep_str_chr(text, '\n', i);
		if (end == SIZE_MAX)
			end = text.n;
		line(&p, rep_str_trim(rep_str_sub(text, i, end - i)), &seen);
	}
	if (seen != 7)
		bad(&p, "version, mode or max_age is missing", REP_S(""));
	if (p.mode != REP_STS_NONE && p.mx_n == 0)
		bad(&p, "no mx is named", REP_S(""));
	p.good = p.why[0] == '\0';
	*out = p;
}

bool
rep_sts_allows(const struct rep_sts_policy *p, struct rep_str host)
{
	size_t dot = rep_str_chr(host, '.', 0);

	for (size_t i = 0; i < p->mx_n; i++) {
		struct rep_str m = p->mx[i];

		if (rep_str_eq_nocase(m, host))
			return true;
		if (rep_str_starts(m, REP_S("*.")) && dot != SIZE_MAX &&
		    rep_str_eq_nocase(rep_str_sub(m, 2, m.n), rep_str_sub(host, dot + 1, host.n)))
			return true;
	}
	return false;
}

bool
rep_tlsrpt_is_record(struct rep_str txt)
{
	return version(txt, REP_S("v=TLSRPTv1"));
}

bool
rep_tlsrpt_record_good(struct rep_str txt)
{
	const struct rep_str *rua;
	struct rep_str rest, w;
	struct rep_tags t;

	if (rep_tags_parse(txt, &t, NULL) != REP_OK || (rua = rep_tag(&t, "rua")) == NULL ||
	    rua->n == 0)
		return false;
	for (rest = *rua; rep_tag_word(&rest, ',', &w);)
		if (!rep_str_starts_nocase(w, REP_S("mailto:")) &&
		    !rep_str_starts_nocase(w, REP_S("https://")))
			return false;
	return true;
}

bool
rep_bimi_is_record(struct rep_str txt)
{
	return version(txt, REP_S("v=BIMI1"));
}

bool
rep_bimi_record_good(struct rep_str txt)
{
	const struct rep_str *l;
	struct rep_tags t;

	if (rep_tags_parse(txt, &t, NULL) != REP_OK || (l = rep_tag(&t, "l")) == NULL)
		return false;
	/* An empty l= means: no logo. */
	return l->n == 0 || rep_str_starts_nocase(*l, REP_S("https://"));
}
