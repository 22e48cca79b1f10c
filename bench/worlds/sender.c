/* SPDX-License-Identifier: Apache-2.0 */
/* sender.c -- who sends: sources in networks, streams, providers that the mail goes to. */
#include "worlds.h"

#include <string.h>

const char *const provider_ids[N_PROVIDERS] = { "microsoft-consumer", "google", "yahoo",
	"united-internet", "orange", "t-online", "microsoft-365", "other", "relay" };

int64_t
later(struct world *w, int64_t from_ms, enum range span, int64_t unit_ms)
{
	return from_ms + (int64_t)(draw(w, span) * (double)unit_ms);
}

void
set_label(struct source *s)
{
	snprintf(s->label, sizeof s->label, "%s/postfix/%s", s->host, s->name);
}

static void
make_sources(struct world *w, unsigned n, unsigned nets)
{
	bool hosts = happens(w, 0.35); /* a machine for each source, or all on one */

	w->n_sources = n;
	w->n_nets = nets;
	for (unsigned i = 0; i < nets; i++)
		w->nets[i] = (uint32_t[]){ 203U << 24 | 113U << 8,
			198U << 24 | 51U << 16 | 100U << 8, 192U << 24 | 2U << 8 }[i];
	for (unsigned i = 0; i < n; i++) {
		struct source *s = &w->sources[i];

		/* the first network has most of them: 0 0 1, 0 0 1 0 1 */
		s->net = nets == 1 ? 0 : i == 2 || i == 4 || (n == 2 && i == 1) ? 1 : 0;
		s->addr = w->nets[s->net] + 10 + 7 * i + below(w, 5);
		snprintf(s->host, sizeof s->host, "mx%u", hosts ? i + 1 : 1);
		snprintf(s->name, sizeof s->name, "out-%c", (char)('a' + i));
		set_label(s);
	}
}

static void
make_streams(struct world *w, bool split)
{
	static const struct {
		const char *name;
		bool campaign;
		double share;
	} all[] = { { "order", false, 0.3 }, { "news", true, 0.35 }, { "reset", false, 0.1 },
		{ "offers", true, 0.2 }, { "office", false, 0.06 }, { "invoice", false, 0.12 },
		{ "alert", false, 0.1 } };
	unsigned n = w->small ? 2 + below(w, 2) : 3 + below(w, 5);
	double sum = 0;

	w->n_streams = n;
	for (unsigned k = 0; k < n; k++) {
		struct stream *s = &w->streams[k];

		s->name = all[k].name;
		s->domain = k == 3 && happens(w, 0.4) ? "brand.example" : "shop.example";
		s->campaign = all[k].campaign;
		sum += s->share = all[k].share * (0.5 + unit(w));
		s->dead = draw(w, R_dead_base) * (s->campaign ? 1.5 : 0.7);
		s->complaint = draw(w, R_complaint_base) * (s->campaign ? 1.5 : 0.3);
		s->stray_content = s->campaign ? 0.001 * unit(w) : 0.0002;
		s->login = k;
		s->campaign_day = 1 + below(w, 4);
		s->campaign_hour = 8 + below(w, 9);
		s->campaign_size = draw(w, R_campaign);
		for (unsigned i = 0; i < w->n_sources; i++)
			s->on[i] = split
			    ? (i == k % w->n_sources ? 0.9 : 0.1 / (double)w->n_sources)
			    : 1 / (double)w->n_sources;
	}
	for (unsigned k = 0; k < n; k++) {
		double on = 0;

		w->streams[k].share /= sum;
		for (unsigned i = 0; i < w->n_sources; i++)
			on += w->streams[k].on[i];
		for (unsigned i = 0; i < w->n_sources; i++)
			w->streams[k].on[i] /= on;
	}
}

void
make_sender(struct world *w, unsigned min_sources, unsigned max_sources, unsigned nets)
{
	static const double usual[N_PROVIDERS] = { 25, 30, 12, 10, 9, 7, 8, 12, 0 };
	unsigned n = min_sources + below(w, max_sources - min_sources + 1), left = 0;

	w->volume = draw(w, w->small ? R_volume_small : R_volume);
	w->night = draw(w, R_night);
	w->weekend = draw(w, R_weekend);
	w->grey = draw(w, R_grey);
	w->full = draw(w, R_full_base);
	w->stray = draw(w, R_stray);
	w->backoff_max_s = draw(w, R_backoff_max);
	w->lifetime_ms = draw(w, R_lifetime) * (double)DAY_MS;
	w->feed = happens(w, 0.4);
	w->relay = happens(w, 0.35);
	if (nets == 0)
		nets = n > 1 && happens(w, 0.6) ? 2 : 1;
	make_sources(w, n, n < nets ? 1 : nets);
	make_streams(w, n > 1 && happens(w, 0.55));
	for (unsigned p = 0; p < N_PROVIDERS; p++) {
		w->weight[p] = usual[p] * (0.5 + unit(w));
		if (p >= YAHOO && p < OTHER && happens(w, 0.3))
			w->weight[p] = 0;
		left += w->weight[p] > 0;
	}
	w->weight[RELAY] = w->relay ? 2 : 0;
	look_at_dns(w);
	if (w->small && left > 5) /* few messages: to few providers */
		w->weight[TONLINE] = w->weight[ORANGE] = 0;
}
