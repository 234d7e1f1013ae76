/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * fuzz.h - what the files that look for packets know of each other
 *
 *	seeds.c: what there is to begin with -> fuzz.c: packets that are kept,
 *		one after the other -> mutate.c, layers.c: the next packet
 *		options.c -> target.c: through the programs -> reach.c:
 *		what that reached; wrong.c, redirect.c: what is wrong with what
 *		came -> findings.c, cause.c: is it known -> sequence.c,
 *		shrink*.c: the least packets that show it -> test.c: a test
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "packet/proto.h"
#include "prog/code.h"
#include "splitmix.h"
#include "test/run.h"

/* The kernel runs programs on no less. */
#define FUZZ_SHORTEST 14

/* ---- at random, the same for the same seed ---- */

/* A number below `limit`, which is none of more than 32 bits. */
static inline size_t fuzz_below(uint64_t *chance, size_t limit)
{
	return (splitmix(chance) >> 32) * limit >> 32;
}

static inline bool fuzz_one_in(uint64_t *chance, size_t n)
{
	return !fuzz_below(chance, n);
}

/* ---- packets.c: several packets ---- */

struct fuzz_packets {
	struct xdplab_packet *at;
	size_t nr, room;
};

/* Makes `to`, whose memory is used again, a copy. -ENOMEM */
int fuzz_copy(struct xdplab_packet *to, const struct xdplab_packet *from);
/* Adds a copy.  Set .nr to drop those from there on; their memory is kept. */
int fuzz_packets_add(struct fuzz_packets *packets,
		     const struct xdplab_packet *packet);
void fuzz_packets_remove(struct fuzz_packets *packets, size_t at, size_t nr);
void fuzz_packets_free(struct fuzz_packets *packets);

/* ---- target.c: what the packets are given to ---- */

#define FUZZ_HISTORY_MAX 256

/* A version of the programs. */
struct fuzz_version {
	struct xdplab_tests *tests;
	struct test_io io; /* of the last packet */
	/* Of each counter of each program the values that it has had, a bit for
	 * each power of 2 or so. */
	uint8_t **seen;
};

struct fuzz_target {
	struct fuzz_version now, old; /* old.tests NULL: there is one alone */
	size_t longest;		      /* frame of the interface, untagged */
	size_t longest_sent; /* that a driver would have in one piece */
	/* After that many packets maps are set back; 0: nothing can change. */
	uint64_t reset_after, since;
	bool is_stuck; /* one of them cannot be */
	/* What was done so far, as that many packets, and how much is to be,
	 * while packets are made less. */
	uint64_t effort, effort_max;
	/* Packets since then, if they can change anything; one more than the
	 * most: there were too many. */
	struct fuzz_packets history;
};

/* Loads the programs of `tests`, which is to be loaded by nobody else, and the
 * same with the object `against`, if that is not NULL. */
int fuzz_target_open(struct fuzz_target *target, struct xdplab_tests *tests,
		     const char *against);
void fuzz_target_close(struct fuzz_target *target);
/* Back to the state in which a test begins. */
int fuzz_target_reset(struct fuzz_target *target);
/* Whether there is time to try something: not by a clock, so that it is the
 * same each time. */
static inline bool fuzz_target_may_try(const struct fuzz_target *target)
{
	return target->effort < target->effort_max;
}
/* Gives them that packet; 1 if the kernel does not take it. */
int fuzz_target_run(struct fuzz_target *target,
		    const struct xdplab_packet *packet);

/* ---- wrong.c ---- */

/* What two versions do differently, the first of these that they do. */
enum fuzz_difference {
	FUZZ_ALIKE,
	FUZZ_VERDICT,
	FUZZ_REDIRECT, /* where to */
	FUZZ_PACKET,
};

/* What is wrong with what came of a packet. */
struct fuzz_wrong {
	enum xdplab_finding_kind kind; /* 0: nothing */
	enum fuzz_difference difference;
	uint32_t verdict, old_verdict;
	char field[64]; /* FUZZ_PACKET: the first that differs; "length" */
	/* Where these were decided; of a packet that is too long, where its
	 * length was changed. */
	const struct source_line *line, *old_line;
};

/* Whether anything is wrong with what came of the last one, which is told in a
 * moment, and if it is another version's that differs, also in what. */
enum xdplab_finding_kind fuzz_target_kind(const struct fuzz_target *target,
					  enum fuzz_difference *difference);
/* What is wrong, and where that was decided. */
struct fuzz_wrong fuzz_target_wrong(const struct fuzz_target *target);
/* What a frame like that has at most; a VLAN tag is not counted, as nowhere in
 * the kernel. */
size_t fuzz_longest(const struct fuzz_target *target, const uint8_t *bytes);
bool fuzz_wrong_is(const struct fuzz_wrong *one,
		   const struct fuzz_wrong *other);

/* Whether that is the same line; NULL is one too. */
bool fuzz_same_line(const struct source_line *one,
		    const struct source_line *other);

/* ---- cause.c ---- */

/* The line that is the reason: packets that go wrong by the same one, in the
 * same manner, are one finding.  NULL: not known. */
const struct source_line *fuzz_cause(const struct fuzz_target *target,
				     const struct fuzz_wrong *wrong);

/* ---- redirect.c ---- */

/* Whether the versions, which both redirect, do so to different places. */
bool fuzz_redirects_differ(const struct fuzz_target *target);
/* Where to, for people. */
void fuzz_name_redirect(char *text, size_t size,
			const struct fuzz_version *version);
/* Appends where to, as a test expects it. */
void fuzz_add_redirect(struct xdplab_text *text,
		       const struct fuzz_version *version);

/* ---- reach.c ---- */

/* A number of the way that the last packet took through the code. */
uint64_t fuzz_target_way(const struct fuzz_target *target);
/* Whether it reached something new, or a known block more often, by far. */
bool fuzz_target_learn(struct fuzz_target *target);
/* How many blocks there are, and how many were reached so far. */
void fuzz_target_blocks(const struct fuzz_target *target, size_t *nr,
			size_t *reached);

/* ---- words.c: constants of programs ---- */

struct fuzz_word {
	uint8_t bytes[16];
	size_t length;
};

struct fuzz_words {
	struct fuzz_word *at;
	size_t nr;
};

/* Adds those of a program's code; -ENOMEM. */
int fuzz_words_add(struct fuzz_words *words, const struct code *code);
/* Adds what is in its maps by now. */
int fuzz_words_add_maps(struct fuzz_words *words, struct test_maps *maps);

/* seeds.c: tells `fn` the packets that the tests send, and then the usual
 * ones; what is returned ends it if it is not 0. */
int fuzz_seeds(const struct xdplab_tests *tests,
	       int (*fn)(const uint8_t *bytes, size_t length, void *arg),
	       void *arg);

/* ---- layers.c: packets whose layers change ---- */

/* What of a packet is computed anew. */
enum fuzz_repair {
	FUZZ_REPAIR_NOTHING, /* that is not right */
	FUZZ_REPAIR_SUMS,    /* lengths and checksums */
	FUZZ_REPAIR_ALL,     /* and what follows which layer */
};

void fuzz_repair(struct xdplab_packet *packet, enum fuzz_repair what);
/* Takes `nr` layers out and puts `nr_others` of `from`, which is another packet
 * if there are any, in; false: it would be too long, and stays as it was. */
bool fuzz_splice(struct xdplab_packet *packet, size_t at, size_t nr,
		 const struct xdplab_packet *from, size_t first,
		 size_t nr_others, size_t longest);
/* Gives a layer these options, which are filled up; false as above. */
bool fuzz_set_options(struct xdplab_packet *packet, size_t layer,
		      const uint8_t *options, size_t length, size_t longest);
/* Makes padding, if there is any, a payload that lengths count. */
bool fuzz_count_padding(struct xdplab_packet *packet);
/* Cuts or lengthens it, with zeros. */
void fuzz_set_length(struct xdplab_packet *packet, size_t length);

/* ---- mutate.c ---- */

struct fuzz_mutator {
	uint64_t chance;
	const struct fuzz_words *words;
	const struct fuzz_packets *donors; /* whose layers others get */
	size_t longest;
};

static inline size_t mutator_below(struct fuzz_mutator *m, size_t limit)
{
	return fuzz_below(&m->chance, limit);
}

static inline bool mutator_one_in(struct fuzz_mutator *m, size_t n)
{
	return fuzz_one_in(&m->chance, n);
}

/* One of the words; NULL: there is none. */
static inline const struct fuzz_word *mutator_word(struct fuzz_mutator *m)
{
	return m->words->nr ? &m->words->at[mutator_below(m, m->words->nr)]
			    : NULL;
}

/* One of them as a number, of its last 8 bytes. */
static inline uint64_t mutator_word_number(struct fuzz_mutator *m)
{
	const struct fuzz_word *word = mutator_word(m);
	uint64_t number = 0;

	for (size_t i = 0; word && i < word->length; i++)
		number = number << 8 | word->bytes[i];
	return number;
}

/* A change; it tells what is to be made right then. */
typedef enum fuzz_repair fuzz_change_fn(struct fuzz_mutator *m,
					struct xdplab_packet *packet);

/* options.c: gives a header others. */
fuzz_change_fn fuzz_change_options;
/* Changes it here and there. */
int fuzz_mutate(struct fuzz_mutator *mutator, struct xdplab_packet *packet);

/* ---- sequence.c, shrink.c ---- */

/*
 * Of packets, after the last of which that was wrong, leaves those that are
 * needed for it from a fresh state: mostly the last alone; and makes these as
 * little as they can be.  1 if it does not come again.
 */
int fuzz_reduce(struct fuzz_target *target, struct fuzz_packets *packets,
		const struct fuzz_wrong *wrong);
/* Makes one of them the least with which the same is wrong; 1 as above. */
int fuzz_shrink(struct fuzz_target *target, struct fuzz_packets *packets,
		size_t at, const struct fuzz_wrong *wrong);

/* ---- findings.c ---- */

struct fuzz_findings;

/* None yet, to be freed; opts->found is told each.  NULL: out of memory. */
struct fuzz_findings *fuzz_findings_new(struct fuzz_target *target,
					const struct xdplab_fuzz_opts *opts);
/* Something is wrong with what came of that packet, which was the last: makes it
 * less, and keeps it if it is a finding that was not known, or smaller. */
int fuzz_look_at(struct fuzz_findings *findings,
		 const struct xdplab_packet *packet);
/* Fills in how many there are. */
void fuzz_findings_count(const struct fuzz_findings *findings,
			 struct xdplab_fuzz_state *state);

/* ---- message.c ---- */

/* Appends what is wrong with what came of the last packet, in words. */
void fuzz_message(struct xdplab_text *text, const struct fuzz_target *target,
		  const struct fuzz_wrong *wrong);
void fuzz_add_verdict(struct xdplab_text *text, uint32_t verdict);

/* ---- test.c ---- */

/* Runs the packets, and appends the test that fails as long as that is wrong;
 * `number` makes its name another than others'. */
int fuzz_test(struct xdplab_text *text, struct fuzz_target *target,
	      const struct fuzz_packets *packets,
	      const struct fuzz_wrong *wrong, size_t number);

#endif
