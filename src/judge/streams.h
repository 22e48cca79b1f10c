/*
 * judge/streams.h -- the single streams of a cell that could be in trouble alone.
 *
 * A stream that is a tenth of the mail hardly moves the share of the whole cell, so judge/track.h follows
 * such streams once more. The cost hardly grows with the number of streams, because strangers can
 * invent streams.
 *
 * Pure. Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_STREAMS_H
#define REP_JUDGE_STREAMS_H

#include "judge/index.h"

/*
 * The observations of the streams with at least so many dropped messages: stream after stream, in their order
 * within each. Drops of a provider that is away do not count. `room` has 2 * n places, and the
 * result is in it. Returns how many there are.
 */
size_t rep_streams_rows(const struct rep_verdicts *v, const struct rep_observation *obs, size_t n,
    uint64_t least, struct rep_observation *room, const struct rep_observation **out);

#endif
