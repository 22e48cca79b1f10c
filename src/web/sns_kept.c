/* SPDX-License-Identifier: Apache-2.0 */
#include "web/sns_kept.h"

void
rep_sns_kept_init(struct rep_sns_kept *k, const struct rep_key *key)
{
	memset(k, 0, sizeof *k);
	k->key = *key;
}

uint64_t
rep_sns_kept_id(const struct rep_sns_kept *k, const struct rep_sns_message *m)
{
	char text[REP_SNS_TOPIC_MAX + REP_SNS_ID_MAX + 1];
	size_t n = m->topic.n <= REP_SNS_TOPIC_MAX ? m->topic.n : REP_SNS_TOPIC_MAX;
	size_t id = m->id.n <= REP_SNS_ID_MAX ? m->id.n : REP_SNS_ID_MAX;

	if (n > 0)
		memcpy(text, m->topic.p, n);
	text[n] = '\n';
	if (id > 0)
		memcpy(text + n + 1, m->id.p, id);
	return rep_siphash(&k->key, (struct rep_str){ text, n + 1 + id });
}

bool
rep_sns_kept_seen(const struct rep_sns_kept *k, uint64_t id, int64_t now_s)
{
	for (size_t i = 0; i < REP_SNS_SEEN_MAX; i++)
		if (k->seen[i].id == id && k->seen[i].at_s != 0 &&
		    now_s - k->seen[i].at_s <= REP_SNS_AGE_S + REP_SNS_AHEAD_S)
			return true;
	return false;
}

void
rep_sns_kept_note(struct rep_sns_kept *k, uint64_t id, int64_t now_s)
{
	if (rep_sns_kept_seen(k, id, now_s))
		return;
	k->seen[k->next].id = id;
	k->seen[k->next].at_s = now_s;
	k->next = (k->next + 1) % REP_SNS_SEEN_MAX;
}

struct rep_str
rep_sns_kept_get(struct rep_sns_kept *k, struct rep_str url, int64_t now_s)
{
	for (size_t i = 0; i < REP_SNS_CERTS_MAX; i++) {
		struct rep_sns_cert *x = &k->cert[i];

		if (x->url[0] == '\0' || !rep_str_eq(url, rep_str_c(x->url)))
			continue;
		x->used_s = now_s;
		return (struct rep_str){ x->pem, x->n };
	}
	return REP_S("");
}

void
rep_sns_kept_put(struct rep_sns_kept *k, struct rep_str url, struct rep_str pem, int64_t now_s)
{
	struct rep_sns_cert *to = &k->cert[0];

	if (url.n == 0 || url.n >= REP_SNS_URL_MAX || pem.n == 0 || pem.n > REP_SNS_CERT_MAX)
		return;
	for (size_t i = 0; i < REP_SNS_CERTS_MAX; i++) {
		struct rep_sns_cert *x = &k->cert[i];

		if (rep_str_eq(url, rep_str_c(x->url))) {
			to = x;
			break;
		}
		if (x->used_s < to->used_s)
			to = x;
	}
	memcpy(to->url, url.p, url.n);
	to->url[url.n] = '\0';
	memcpy(to->pem, pem.p, pem.n);
	to->n = pem.n;
	to->used_s = now_s;
}

bool
rep_sns_kept_may_fetch(struct rep_sns_kept *k, int64_t now_s)
{
	static const struct rep_budget_limit limit = { REP_SNS_FETCHES, REP_SNS_FETCH_EVERY_S };

	if (rep_budget_wait(&k->fetches, &limit, now_s) > 0)
		return false;
	rep_budget_take(&k->fetches, &limit, now_s);
	return true;
}
