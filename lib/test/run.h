/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * run.h - what the files that load and run tests know of each other
 *
 *	load.c: the programs -> one that is run; net.c: where;
 *	ready.c: names of interfaces, packets "sent with", once for all runs
 *	run.c: tests -> do.c: steps -> sending.c: packets -> the kernel
 *		-> expect*.c: does it hold -> failure.c
 */
#ifndef TEST_RUN_H
#define TEST_RUN_H

#include <sched.h>
#include <time.h>

#include "chain/chain.h"
#include "cov/instrument.h"
#include "prog/code.h"
#include "test.h"

/* ---- net.c ---- */

/* Where the calling thread was before it entered a namespace of the tests, and
 * where the other ends of their interfaces are; -1: nowhere. */
struct test_net {
	int home, hidden;
};

#define TEST_NET_NONE ((struct test_net){ .home = -1, .hidden = -1 })

/* Makes a namespace with what the file says there is in it, and enters it; on
 * failure too it may have to be left. */
int test_net_enter(struct test_net *net, struct xdplab_tests *tests);
/* Goes back; with that the namespace is gone. */
void test_net_leave(struct test_net *net);

/* ---- printk.c ---- */

/* What programs print, as this thread has them run. */
struct test_printk;

int test_printk_open(struct test_printk **out);
/* Forgets what was printed so far. */
int test_printk_before(struct test_printk *printk);
/* After some packets: makes room for what others print. */
int test_printk_collect(struct test_printk *printk);
/* Reads what was printed since then, one line each: "" if nothing was. */
int test_printk_read(struct test_printk *printk, const char **lines);
void test_printk_close(struct test_printk *printk);

/* ---- build.c ---- */

/* A program that is tail-called, made to tell what it does. */
struct test_callee {
	size_t stage; /* of whose object it is */
	struct counting *counting;
	uint32_t id, plain_id; /* as it is otherwise */
	int fd;
};

/* The programs in the kernel. */
struct test_built {
	struct built prog; /* .prog_fd is what packets are given to */
	/* Made to tell what they do, each stage of the chain, and after them
	 * what they tail-call; 0: as they are. */
	struct counting **counted;
	size_t nr_stages, nr_counted;
	struct test_callee *callees;
	size_t nr_callees;
	struct redirect_seen *seen;
	int seen_fd;
};

#define TEST_BUILT_NONE                                                        \
	((struct test_built){ .prog = BUILT_NONE, .seen_fd = -1 })

/* Loads the stages of a chain, of the file `path`, as one program. */
int test_build(struct test_built *out, struct chain *chain, const char *path,
	       bool counting);
/* Before each packet. */
void test_built_next(const struct test_built *built);
/* The line at which that packet's verdict was decided, or NULL. */
const struct source_line *test_built_decided(const struct test_built *built);
void test_built_close(struct test_built *built);

/* ---- callees.c: programs that are tail-called ---- */

/* Before they are loaded: what steps name, to be put into a prog_array, is
 * loaded as well. */
void test_callees_want(struct test_run *run, struct xdplab_tests *tests);
/* Loads those of the chain's stages once more, to tell what they do. */
int test_callees_count(struct test_built *built, const struct chain *chain);
void test_callees_close(struct test_built *built);
/* From the next time on that maps are set back, those that tell are the ones
 * that are tail-called, or no more. */
void test_callees_use(const struct test_built *built, struct test_maps *maps,
		      bool counting);

/* ---- load.c ---- */

struct test_object {
	char *bytes; /* of the file; NULL: not read yet */
	size_t size;
};

#define TEST_META_MAX 256
/* A packet can come out longer than it went in, by what fits after it in its
 * last page, and with metadata before it. */
#define TEST_ROOM (PACKET_LENGTH_MAX + 4096 + 2 * TEST_META_MAX)

struct test_run {
	struct test_net net;
	int bpffs;		     /* where maps of theirs are pinned; -1 */
	struct test_object *objects; /* as many as programs */
	struct xdplab_prog **progs;
	size_t nr_progs;
	struct chain chain; /* of these; none: what is tested runs elsewhere */
	struct test_built plain, counting; /* either may not be there */
	const struct test_built *now;	   /* the one that is run */
	bool has_frags;		     /* it takes packets in several buffers */
	struct xdplab_packet **made; /* of what is "sent with" something */
	size_t nr_made;
	struct test_maps *maps;
	struct test_printk *printk; /* NULL: nothing is expected of it */
	void (*packet)(const struct xdplab_test_packet *packet, void *arg);
	void *packet_arg;
	bool again; /* it is run once more, to see how it came to fail */
	bool coverage;
	unsigned int nr_loads; /* so often all was loaded anew */
	bool lost;	       /* the last time that could not be done */
	int cpu;	       /* on which tests are run; -1: none was yet */

	size_t last; /* the test that was run last, SIZE_MAX: none */
	bool last_passed;
	uint8_t in[TEST_ROOM], out[TEST_ROOM];
	uint8_t wanted[TEST_ROOM], mask[TEST_ROOM], whole[TEST_ROOM];
};

/* ---- objects.c ---- */

/* Opens the programs and loads them; mistakes are told. */
int test_objects_load(struct test_run *run, struct xdplab_tests *tests,
		      bool coverage);
/*
 * Loads all anew, from the files as they were read first, so that every map is
 * as at the beginning; what was counted is kept.  Steps of tests are not bound
 * to the new maps yet, which have the number .nr_loads.  After a failure there
 * is nothing to run any more.
 */
int test_objects_load_anew(struct xdplab_tests *tests);
/* The coverage is that of the programs that are loaded. */
void test_objects_tell_counted(struct xdplab_tests *tests);
void test_objects_close(struct test_run *run);

/* ---- ready.c ---- */

/* The last failure in words, reported as an error of the file. */
int test_told(struct xdplab_tests *tests, struct test_place place);
/* One list of steps after the other; NULL after the last. */
struct test_steps *test_steps_at(struct xdplab_tests *tests, size_t i);
/* Whether there is a step of one of two kinds in the file. */
bool test_has_step(struct xdplab_tests *tests, enum test_what one,
		   enum test_what other);
/* Looks up what steps name besides maps, and has all packets that are expected
 * made, so that a run needs no more than to compare; reports errors. */
int test_ready(struct test_run *run, struct xdplab_tests *tests);

/* ---- sending.c ---- */

/* A packet that went through the program. */
struct test_io {
	const uint8_t *frame; /* of which it was made: not padded, no tag */
	const uint8_t *sent;
	size_t frame_length, sent_length;
	uint32_t verdict;
	const uint8_t *meta; /* and right after it: */
	uint8_t *got;
	size_t meta_length, got_length;
};

/* The packets of a send, one after the other. */
struct test_sending {
	const struct test_send *send;
	const struct test_context *context;
	struct pcap_in *pcap; /* NULL: of a packet */
	const uint8_t *bytes; /* of it, all of them */
	size_t whole, length; /* of it; of the next to be sent */
	uint64_t nr;	      /* sent so far */
};

/* A VLAN tag, and where in a packet it is. */
#define TEST_TAG_AT	12
#define TEST_TAG_LENGTH 4
void test_put_tag(uint8_t *to, const struct test_context *context);

int test_sending_begin(struct test_sending *sending,
		       const struct test_send *send,
		       const struct test_context *context);
/* Runs the program on the next packet: 1, 0 at the end. */
int test_sending_next(struct test_sending *sending, struct test_run *run,
		      struct test_io *io);
void test_sending_end(struct test_sending *sending);

/* ---- expect.c ---- */

/* Whether it is expected of each packet; of all of a send together.  If
 * neither, it is something that is done. */
bool test_is_of_packet(enum test_what what);
bool test_is_of_send(enum test_what what);
/* Of all of a send together there are these and EXPECT_COUNT: */
bool test_is_of_printk(enum test_what what);
bool test_is_of_maps(enum test_what what);

/* What is known of the packets of a send. */
struct test_sent {
	const struct xdplab_tests *tests; /* which are loaded */
	const struct test_send *send;
	const struct test_context *context;
	struct test_io io;	  /* of the last packet */
	uint64_t nr, verdicts[8]; /* of all; of the last verdict and above */
	const char *printed;	  /* lines, if that was asked for */
};

/*
 * Whether an expectation of the last packet, or of all of them, holds:
 * 1, or 0 after having filled in `failure`.  -errno: it could not be found out.
 */
typedef int test_expect_fn(const struct test_step *step,
			   const struct test_sent *sent,
			   struct test_failure *failure);

test_expect_fn test_expect_packet, test_expect_send;

/* ---- expect-packet.c, expect-field.c, expect-redirect.c ---- */

test_expect_fn test_expect_field, test_expect_redirect;
int test_expect_like(const struct test_packet *packet,
		     const struct test_sent *sent,
		     struct test_failure *failure);
int test_expect_unchanged(const struct test_sent *sent,
			  struct test_failure *failure);

/* ---- redirect.c ---- */

/* Where a packet is redirected to. */
struct test_redirect {
	bool is_entry;	 /* of a map: */
	uint32_t map_id; /* 0: not known which */
	char map_name[BPF_OBJ_NAME_LEN];
	uint32_t key;
	uint32_t ifindex; /* 0: to none, or not known */
};

void test_redirect_read(struct test_redirect *to,
			const struct redirect_seen *seen);
/* "eth0", "map outs[1]", "no interface". */
void test_redirect_name(char *text, size_t size,
			const struct test_redirect *to);

/* ---- result.c ---- */

/* What the caller gets, and the memory of it. */
struct test_result {
	struct xdplab_test_result shown;
	struct test_failure *failures;
	size_t nr;
	char *error;
	uint8_t *packet; /* as it was sent, and as it came out */
};

/* An expectation that does not hold; `failure` is taken over. */
int test_result_add(struct test_result *result, const struct test_step *step,
		    struct test_failure *failure);
/* The packet that the first failure is about. */
int test_result_packet(struct test_result *result,
		       const struct xdplab_test_packet *packet,
		       const char *variables);
/* Where its verdict was decided; NULL: not known. */
void test_result_decided(struct test_result *result,
			 const struct source_line *line);
/* It did not come to its end, as the last failure in words says; `step`, which
 * may be NULL, could not be done. */
void test_result_error(struct test_result *result,
		       const struct test_step *step);

/* ---- run.c, do.c ---- */

/*
 * Keeps the thread on one CPU, where it is if that is negative: what a test sets
 * there, the program that it runs is to find.  `before` is where it could run
 * until then, to be given back; false if it could not be held, as where there
 * are more CPUs than CPU_SETSIZE.
 */
bool test_hold_cpu(int cpu, cpu_set_t *before);
void test_leave_cpu(const cpu_set_t *before, bool held);

/* A test that runs. */
struct test_running {
	struct xdplab_tests *tests;
	struct test_run *run;
	const struct test_case *test;
	const struct test_context *context;
	const struct test_step *step; /* the one that is done */
	uint64_t began;		      /* by a clock that is read in a moment */
	struct test_result *result;
};

#define TEST_NS_PER_S UINT64_C(1000000000)
uint64_t test_now(clockid_t clock);

/* Does the steps as far as nothing fails, which the result then has; -errno: as
 * far as they could be done. */
int test_do_steps(struct test_running *r, const struct test_steps *steps);

#endif
