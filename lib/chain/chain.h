/* SPDX-License-Identifier: LGPL-2.1-only */
/* chain.h - a chain in memory: its stages, their code, what they become */
#ifndef CHAIN_H
#define CHAIN_H

#include "change/tap.h"
#include "fuse/fuse.h"
#include "internal.h"
#include "net/attach.h"
#include "pin/pin.h"
#include "prog/code-pack.h"
#include "prog/prog.h"

/* ---- stage.c ---- */

struct stage {
	struct pin_stage kept;
	const struct code *code; /* NULL: adopted, or not read yet */
	struct code_maps maps;	 /* that its code uses */
	struct code revived; /* its code, if it was read from bpffs; BTF too */
	int prog_fd; /* its mark, or the adopted program; -1: not opened */
	struct xdplab_prog *prog; /* the caller's, of a stage that was loaded */
	bool fresh;		  /* not in bpffs yet: loaded or adopted */
	bool takes_kept; /* maps kept for its name are its own now, or lost */
};

/* What a new stage is to be like. */
struct stage_opts {
	const uint32_t *prio, *actions; /* NULL: as the object says */
	bool no_counters;
};

bool stage_is_adopted(const struct stage *stage);
/* Whether it was made of that function of that file. */
bool stage_is_of(const struct stage *stage, const struct xdplab_prog *prog);
/* A stage of a program, which is loaded or gets a mark. */
int stage_make(struct stage *stage, struct xdplab_prog *prog,
	       const struct stage_opts *opts);
/* A stage of a program that runs; -EOPNOTSUPP if it cannot be one. */
int stage_adopt(struct stage *stage, uint32_t prog_id, const char *ifname);
/* Reads from bpffs what is needed to run it; -EUCLEAN if it is not there. */
int stage_revive(struct stage *stage, const struct pin_home *home);
struct code_load_opts;
/* Loads its code alone, as code_load(), with the types of its maps. */
int stage_load(const struct stage *stage, const struct code_load_opts *opts,
	       char **log);
/* Loads it alone, as it was made; a descriptor, or a failure that is said. */
int stage_load_alone(const struct stage *stage, uint32_t ifindex);
/* The same to see whether it can be, and lets it go. */
int stage_try(const struct stage *stage, uint32_t ifindex);
/* Pins what is to be kept of a new stage. */
int stage_write(const struct stage *stage, const struct pin_home *home);
void stage_free(struct stage *stage);

/* ---- counts.c: packets and bytes by stage, verdict and CPU ---- */

#define COUNTS_MAPS_MAX 32
#define COUNTERS_MAX	(COUNTS_MAPS_MAX * 64)
#define COUNTER_WANTED	(FUSE_UNCOUNTED - 1) /* a stage is to get one */

struct counts {
	int fds[COUNTS_MAPS_MAX];
	const void *views[COUNTS_MAPS_MAX]; /* after counts_view() */
	size_t nr, nr_pinned;
	uint32_t rows, row_size;
};

/* Those of an interface, if there are any; -EUCLEAN. */
int counts_open(struct counts *counts, const struct pin_home *home);
/* How many counters there are. */
uint32_t counts_room(const struct counts *counts);
/* Makes room for that counter, and sets it to zero. */
int counts_take(struct counts *counts, uint32_t counter);
/* Pins those that are new. */
int counts_write(struct counts *counts, const struct pin_home *home);
/* The sums of a counter over all CPUs; false if it is none.  To be called after
 * counts_view(). */
void counts_view(struct counts *counts);
bool counts_read(const struct counts *counts, uint32_t counter,
		 uint64_t packets[FUSE_VERDICTS],
		 uint64_t bytes[FUSE_VERDICTS]);
void counts_close(struct counts *counts);

/* ---- chain.c: the stages in their order ---- */

struct chain {
	uint32_t prog_id; /* of the generation that was read */
	struct stage *stages;
	size_t nr, room;
};

/* Reads the chain of generation `prog_id`; -ENOENT, without fail(). */
int chain_read(struct chain *chain, const struct pin_home *home,
	       uint32_t prog_id);
/* Reads the code of all stages. */
int chain_revive(struct chain *chain, const struct pin_home *home);
/* Finds a stage by name or id; a chain of one goes by that of its program, too.
 * -ENOENT, -ENOTUNIQ. */
int chain_find(const struct chain *chain, const char *ifname, const char *name,
	       size_t *index);
/* Puts a stage, which is taken over, at `place`; or where its priority says. */
int chain_put(struct chain *chain, struct stage *stage, size_t place);
int chain_insert(struct chain *chain, struct stage *stage);
/* Takes a stage out, and gives it to the caller, or frees it. */
struct stage chain_take(struct chain *chain, size_t index);
void chain_remove(struct chain *chain, size_t index);
void chain_free(struct chain *chain);

/* Whether all stages have that flag of BPF_F_XDP_*; whether any has. */
bool chain_all_have(const struct chain *chain, uint32_t prog_flag);
bool chain_any_has(const struct chain *chain, uint32_t prog_flag);

/* Whether it keeps xdp.frags if the chain that runs had it; -EXDEV. */
int chain_keeps_frags(const struct chain *chain, bool had_frags,
		      const char *ifname);

/* ---- agree.c ---- */

/* Licence, flags, attach type: as all stages together want them.  -EXDEV for
 * licences that cannot be combined; -EOPNOTSUPP. */
int chain_agree(struct code_load_opts *opts, const struct chain *chain,
		const char *ifname, uint32_t ifindex);

/* ---- cut.c ---- */

/* Stages that become one program. */
struct chain_group {
	size_t first, nr;
	int fd; /* -1: not loaded yet */
};

/* Fills `groups`, which has room for as many as there are stages; returns how
 * many they are. */
size_t chain_cut(struct chain_group *groups, const struct chain *chain,
		 size_t nr_counts);
/* Makes two of the group at `index`, of `nr` so far. */
void chain_split(struct chain_group *groups, size_t nr, size_t index);
/* Keeps what the verifier took for the stages of a loaded group. */
void chain_learn(struct chain *chain, const struct chain_group *group);

/* ---- build.c ---- */

#define TAIL_CALLS_MAX 33 /* MAX_TAIL_CALL_CNT, for one packet */

/* What a chain has become. */
struct built {
	int prog_fd, slots_fd, tap_fd; /* -1: there is none */
	uint32_t prog_id;
	uint32_t prog_flags, attach_type;
	size_t nr_groups;
	size_t nr_tail_calls; /* that a packet makes */
};

#define BUILT_NONE                                                             \
	(struct built)                                                         \
	{                                                                      \
		.prog_fd = -1, .slots_fd = -1, .tap_fd = -1                    \
	}

/*
 * Has the kernel verify and load the chain as one program, or as several that
 * follow one another; sets how each stage is run.  `ifindex` is where programs
 * that ask the device are bound to.
 */
int chain_build(struct built *built, struct chain *chain, struct counts *counts,
		const char *ifname, uint32_t ifindex);
void built_close(struct built *built);

/* Says why the stages from..to are not loaded as one program, `code`. */
int chain_refused(int err, const struct chain *chain, size_t from,
		  const struct fuse_stage *stages, size_t nr,
		  const struct code *code, const char *ifname, uint32_t ifindex,
		  char *log);

#endif
