/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle.c -- the program `worlds_oracle`: what could be told at best, by one who knows the generator.
 *
 *     worlds_oracle train CELLS MODEL       learns from rows of `worlds cells`, columns first
 *     worlds_oracle tell MODEL CELLS        kind, seed, split, source, provider, causes, word, then a
 *                                           probability for each cause, in the order of doc/words.md
 *
 * For each cause a sum of small regression trees on the log odds (gradient boosting with second
 * derivatives), grown over 63 steps of each column. Every tree sees half of the worlds and a third of
 * the columns. The learning stops by a fixed number of trees; a fifth of the worlds is then used to
 * scale the sum, so that 0.9 means nine of ten. Deterministic.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_CAUSES 8
#define N_TREES 220
#define DEPTH 4
#define NODES ((1 << (DEPTH + 1)) - 1)
#define LEAF_AT ((1 << DEPTH) - 1)
#define STEPS 63
#define RATE 0.08
#define LEAST \
	3.0 /* the least sum of second derivatives in a leaf: twelve cells where nothing is known */
#define MAX_COLUMNS 320
#define HEAD 8

struct cell {
	char who[120]; /* kind .. provider, as read */
	unsigned causes;
	char word[24];
	uint32_t world; /* a hash: cells of one world stay together */
	float *v;
};

struct cells {
	struct cell *c;
	size_t n, room;
	unsigned columns;
};

struct node {
	uint16_t column; /* UINT16_MAX: a leaf */
	float at;	 /* below it: left */
	float value;
};

struct model {
	unsigned columns;
	float bias[N_CAUSES], scale[N_CAUSES], shift[N_CAUSES];
	struct node trees[N_CAUSES][N_TREES][NODES];
};

static uint64_t state = 20260302;

static double
unit(void)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

static void *
need(void *p)
{
	if (p == NULL) {
		fputs("worlds_oracle: out of memory\n", stderr);
		exit(4);
	}
	return p;
}

static FILE *
opened(const char *path, const char *how)
{
	FILE *f = fopen(path, how);

	if (f == NULL) {
		fprintf(stderr, "worlds_oracle: cannot open %s\n", path);
		exit(4);
	}
	return f;
}

/* The next field of a row, ended where it ends. */
static char *
field(char **p)
{
	char *s = *p, *end = s + strcspn(s, "\t\n");

	if (*end != '\0')
		*end++ = '\0';
	*p = end;
	return s;
}

static void
read_cells(const char *path, struct cells *all, bool columns)
{
	static char line[1 << 16];
	FILE *f = opened(path, "r");

	memset(all, 0, sizeof *all);
	while (fgets(line, sizeof line, f) != NULL) {
		char *p = line, *head[HEAD];
		struct cell *c;

		if (columns) {
			columns = false;
			continue;
		}
		if (all->n == all->room) {
			all->room = all->room == 0 ? 1024 : 2 * all->room;
			all->c = need(realloc(all->c, all->room * sizeof *all->c));
		}
		c = &all->c[all->n++];
		for (unsigned i = 0; i < HEAD; i++)
			head[i] = field(&p);
		snprintf(c->who, sizeof c->who, "%s\t%s\t%s\t%s\t%s", head[0], head[1], head[2],
		    head[3], head[4]);
		c->causes = (unsigned)strtoul(head[5], NULL, 10);
		snprintf(c->word, sizeof c->word, "%s", head[6]);
		c->world = 2166136261;
		for (unsigned i = 0; i < 3; i++)
			for (const char *s = head[i]; *s != '\0'; s++)
				c->world = (c->world ^ (uint8_t)*s) * 16777619;
		c->v = need(malloc(MAX_COLUMNS * sizeof *c->v));
		for (all->columns = 0; *p != '\0' && all->columns < MAX_COLUMNS; all->columns++)
			c->v[all->columns] = strtof(field(&p), NULL);
	}
	fclose(f);
}

/* Where a column is cut: its quantiles. */
static int
ascending(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static unsigned
steps_of(const struct cells *all, unsigned column, float *at)
{
	float *v = need(malloc(all->n * sizeof *v));
	unsigned k = 0;

	for (size_t i = 0; i < all->n; i++)
		v[i] = all->c[i].v[column];
	qsort(v, all->n, sizeof *v, ascending);
	for (unsigned i = 1; i <= STEPS; i++) {
		float x = v[(all->n - 1) * i / (STEPS + 1)];
		size_t up = (all->n - 1) * i / (STEPS + 1);

		while (up + 1 < all->n && v[up] <= x)
			up++;
		x = (x + v[up]) / 2; /* between two values, so that equal ones stay together */
		if (v[up] > x && (k == 0 || x > at[k - 1]))
			at[k++] = x;
	}
	free(v);
	return k;
}

struct sums {
	double g, h;
};

struct work {
	const struct cells *all;
	uint8_t *bin; /* column by column */
	float at[MAX_COLUMNS][STEPS];
	unsigned n_at[MAX_COLUMNS];
	double *f; /* the sum of the trees so far */
	float *g, *h;
	uint8_t *node;
	bool *seen, *aside;
};

static struct sums sum[1 << DEPTH][STEPS + 1];

/* The best cut for each node of one level in one column; better ones are kept. */
static void
cut_column(const struct work *k, unsigned column, unsigned level, struct node *tree, double *gain,
    uint8_t *cut)
{
	unsigned first = (1U << level) - 1, n = 1U << level;
	const uint8_t *bin = k->bin + (size_t)column * k->all->n;

	memset(sum, 0, sizeof sum[0] * n);
	for (size_t i = 0; i < k->all->n; i++)
		if (k->seen[i]) {
			struct sums *s = &sum[k->node[i] - first][bin[i]];

			s->g += k->g[i];
			s->h += k->h[i];
		}
	for (unsigned j = 0; j < n; j++) {
		struct sums left = { 0, 0 }, whole = { 0, 0 };

		for (unsigned b = 0; b <= k->n_at[column]; b++) {
			whole.g += sum[j][b].g;
			whole.h += sum[j][b].h;
		}
		for (unsigned b = 0; b < k->n_at[column]; b++) {
			double rg, rh, gained;

			left.g += sum[j][b].g;
			left.h += sum[j][b].h;
			rg = whole.g - left.g;
			rh = whole.h - left.h;
			if (left.h < LEAST || rh < LEAST)
				continue;
			gained = left.g * left.g / (left.h + 1) + rg * rg / (rh + 1) -
			    whole.g * whole.g / (whole.h + 1);
			if (gained > gain[j] + 1e-9) {
				gain[j] = gained;
				tree[first + j].column = (uint16_t)column;
				tree[first + j].at = k->at[column][b];
				cut[j] = (uint8_t)b;
			}
		}
	}
}

static void
grow(struct work *k, struct node *tree)
{
	bool used[MAX_COLUMNS];
	struct sums leaf[NODES] = { { 0, 0 } };

	for (unsigned i = 0; i < NODES; i++)
		tree[i] = (struct node){ UINT16_MAX, 0, 0 };
	for (unsigned c = 0; c < k->all->columns; c++)
		used[c] = k->n_at[c] > 0 && unit() < 0.33;
	memset(k->node, 0, k->all->n);
	for (unsigned level = 0; level < DEPTH; level++) {
		double gain[1 << DEPTH] = { 0 };
		uint8_t cut[1 << DEPTH] = { 0 };
		unsigned first = (1U << level) - 1;

		for (unsigned j = 0; j < 1U << level; j++)
			gain[j] = 0.5;
		for (unsigned c = 0; c < k->all->columns; c++)
			if (used[c])
				cut_column(k, c, level, tree, gain, cut);
		for (size_t i = 0; i < k->all->n; i++) {
			const struct node *t = &tree[k->node[i]];
			bool right = false;

			if (t->column != UINT16_MAX)
				right = k->bin[(size_t)t->column * k->all->n + i] >
				    cut[k->node[i] - first];
			k->node[i] = (uint8_t)(2 * k->node[i] + (right ? 2 : 1));
		}
	}
	for (size_t i = 0; i < k->all->n; i++)
		if (k->seen[i]) {
			leaf[k->node[i]].g += k->g[i];
			leaf[k->node[i]].h += k->h[i];
		}
	for (unsigned j = LEAF_AT; j < NODES; j++)
		tree[j].value = (float)(-RATE * leaf[j].g / (leaf[j].h + 1));
	for (size_t i = 0; i < k->all->n; i++)
		k->f[i] += tree[k->node[i]].value;
}

static double
sigmoid(double x)
{
	return 1 / (1 + exp(-x));
}

/* Scale and shift of the log odds on the worlds that no tree has seen: Newton, 30 steps. */
static void
calibrate(const struct work *k, unsigned cause, float *scale, float *shift)
{
	double a = 1, b = 0;

	for (unsigned step = 0; step < 30; step++) {
		double ga = (a - 1) * 2, gb = 0, haa = 2, hab = 0, hbb = 1e-6, det;

		for (size_t i = 0; i < k->all->n; i++) {
			double p, e, s;

			if (!k->aside[i])
				continue;
			p = sigmoid(a * k->f[i] + b);
			e = p - (double)(k->all->c[i].causes >> cause & 1);
			s = p * (1 - p);
			ga += e * k->f[i];
			gb += e;
			haa += s * k->f[i] * k->f[i];
			hab += s * k->f[i];
			hbb += s;
		}
		det = haa * hbb - hab * hab;
		a -= (hbb * ga - hab * gb) / det;
		b -= (haa * gb - hab * ga) / det;
	}
	*scale = (float)a;
	*shift = (float)b;
}

static void
learn(struct work *k, struct model *m, unsigned cause)
{
	const struct cells *all = k->all;
	double yes = 1, n = 2;

	for (size_t i = 0; i < all->n; i++)
		if (!k->aside[i]) {
			yes += all->c[i].causes >> cause & 1;
			n++;
		}
	m->bias[cause] = (float)log(yes / (n - yes));
	for (size_t i = 0; i < all->n; i++)
		k->f[i] = m->bias[cause];
	for (unsigned t = 0; t < N_TREES; t++) {
		uint32_t salt = (uint32_t)(unit() * 4e9);

		for (size_t i = 0; i < all->n; i++) {
			double p = sigmoid(k->f[i]);

			k->g[i] = (float)(p - (double)(all->c[i].causes >> cause & 1));
			k->h[i] = (float)(p * (1 - p));
			k->seen[i] = !k->aside[i] && ((all->c[i].world ^ salt) * 2654435761U) >> 31;
		}
		grow(k, m->trees[cause][t]);
	}
	calibrate(k, cause, &m->scale[cause], &m->shift[cause]);
}

static void
train(const char *path, const char *model)
{
	static struct work k;
	static struct model m;
	struct cells all;
	FILE *f;

	read_cells(path, &all, true);
	k.all = &all;
	k.bin = need(malloc((size_t)all.columns * all.n));
	k.f = need(calloc(all.n, sizeof *k.f));
	k.g = need(calloc(all.n, sizeof *k.g));
	k.h = need(calloc(all.n, sizeof *k.h));
	k.node = need(calloc(all.n, 1));
	k.seen = need(calloc(all.n, sizeof *k.seen));
	k.aside = need(calloc(all.n, sizeof *k.aside));
	for (unsigned c = 0; c < all.columns; c++) {
		k.n_at[c] = steps_of(&all, c, k.at[c]);
		for (size_t i = 0; i < all.n; i++) {
			uint8_t b = 0;

			while (b < k.n_at[c] && all.c[i].v[c] > k.at[c][b])
				b++;
			k.bin[(size_t)c * all.n + i] = b;
		}
	}
	for (size_t i = 0; i < all.n; i++)
		k.aside[i] = (all.c[i].world * 2246822519U) % 5 == 0;
	m.columns = all.columns;
	for (unsigned c = 0; c < N_CAUSES; c++)
		learn(&k, &m, c);
	f = opened(model, "wb");
	if (fwrite(&m, sizeof m, 1, f) != 1 || fclose(f) != 0) {
		fprintf(stderr, "worlds_oracle: cannot write %s\n", model);
		exit(4);
	}
	printf("%zu cells, %u columns\n", all.n, all.columns);
}

static void
tell(const char *model, const char *path)
{
	static struct model m;
	struct cells all;
	FILE *f = opened(model, "rb");

	if (fread(&m, sizeof m, 1, f) != 1) {
		fprintf(stderr, "worlds_oracle: %s is no model\n", model);
		exit(4);
	}
	fclose(f);
	read_cells(path, &all, false);
	for (size_t i = 0; i < all.n; i++) {
		printf("%s\t%u\t%s", all.c[i].who, all.c[i].causes, all.c[i].word);
		for (unsigned c = 0; c < N_CAUSES; c++) {
			double x = m.bias[c];

			for (unsigned t = 0; t < N_TREES; t++) {
				unsigned j = 0;

				while (j < LEAF_AT) {
					const struct node *d = &m.trees[c][t][j];
					bool right = d->column != UINT16_MAX &&
					    all.c[i].v[d->column] > d->at;

					j = 2 * j + 1 + right;
				}
				x += m.trees[c][t][j].value;
			}
			printf("\t%.4f", sigmoid(m.scale[c] * x + m.shift[c]));
		}
		putchar('\n');
	}
}

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "train") == 0)
		train(argv[2], argv[3]);
	else if (argc == 4 && strcmp(argv[1], "tell") == 0)
		tell(argv[2], argv[3]);
	else {
		fputs("usage: worlds_oracle train CELLS MODEL | tell MODEL CELLS\n", stderr);
		return 2;
	}
	return 0;
}
