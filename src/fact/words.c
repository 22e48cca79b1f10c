/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/words.h"

static const char *const class_words[REP_CLASS_N] = { "unknown", "accepted", "throttled", "blocked",
	"listed", "greylisted", "authentication", "identity", "content", "recipient", "mailbox",
	"policy", "capacity", "network", "tls", "protocol" };
static const char *const scope_words[REP_SCOPE_N] = { NULL, "source", "source-or-subnet", "subnet",
	"range", "domain", "route", "message", "url", "recipient", "session", "provider" };
static const char *const stage_words[REP_STAGE_N] = { NULL, "connect", "ehlo", "mail", "rcpt",
	"data", "dot" };
static const char *const retry_words[REP_RETRY_N] = { NULL, "retry", "slower", "not-this-path",
	"never", "fix-first" };
static const char *const status_words[REP_STATUS_N] = { NULL, "sent", "deferred", "bounced",
	"expired", "delayed" };
static const char *const cause_words[REP_CAUSE_N] = { "range", "own-reputation", "hygiene",
	"authentication", "identity", "volume", "content", "provider" };

const char *
rep_word_nearest(struct rep_str s, const char *const *words, size_t n)
{
	const char *best = NULL;
	unsigned least = 4, d;

	for (size_t i = 0; i < n; i++) {
		if (words[i] == NULL)
			continue;
		d = rep_str_distance(s, rep_str_c(words[i]), 3);
		if (d < least && d <= (s.n + 1) / 2) {
			least = d;
			best = words[i];
		}
	}
	return best;
}

static bool
parse(struct rep_str s, const char *const *words, size_t n, unsigned *v, const char **near)
{
	for (size_t i = 0; i < n; i++)
		if (words[i] != NULL && rep_str_eq(s, rep_str_c(words[i]))) {
			*v = (unsigned)i;
			return true;
		}
	if (near != NULL)
		*near = rep_word_nearest(s, words, n);
	return false;
}

#define WORDS(name, N)                                                       \
	const char *rep_##name##_word(enum rep_##name v)                     \
	{                                                                    \
		return (unsigned)v < (unsigned)(N) ? name##_words[v] : NULL; \
	}
#define PARSE(name, N)                                                                   \
	bool rep_##name##_parse(struct rep_str s, enum rep_##name *v, const char **near) \
	{                                                                                \
		unsigned i = 0;                                                          \
                                                                                         \
		if (!parse(s, name##_words, N, &i, near))                                \
			return false;                                                    \
		*v = (enum rep_##name)i;                                                 \
		return true;                                                             \
	}

WORDS(class, REP_CLASS_N)
WORDS(scope, REP_SCOPE_N)
WORDS(stage, REP_STAGE_N)
WORDS(retry, REP_RETRY_N)
WORDS(status, REP_STATUS_N)
WORDS(cause, REP_CAUSE_N)
PARSE(class, REP_CLASS_N)
PARSE(scope, REP_SCOPE_N)
PARSE(stage, REP_STAGE_N)
PARSE(retry, REP_RETRY_N)
PARSE(cause, REP_CAUSE_N)
