/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/mta_tags.h"
#include "base/hash.h"

static void
look_up(struct rep_mta_known *k, struct rep_str tag)
{
	k->says = (struct rep_mta_tag){ .daemon = 0 };
	k->format = rep_mta_format_of(tag, &k->says);
	k->unread = k->format == NULL ? rep_mta_unread(tag, REP_S("")) : NULL;
}

const struct rep_mta_known *
rep_mta_tags_get(struct rep_mta_tags *t, struct rep_str tag)
{
	struct rep_mta_known *k;

	if (tag.n == 0 || tag.n > sizeof k->p) {
		look_up(&t->other, tag);
		return &t->other;
	}
	k = &t->slots[rep_hash(tag) % REP_MTA_TAGS];
	if (k->n != tag.n || memcmp(k->p, tag.p, tag.n) != 0) {
		memcpy(k->p, tag.p, tag.n);
		k->n = (uint8_t)tag.n;
		look_up(k, (struct rep_str){ k->p, k->n });
	}
	return k;
}
