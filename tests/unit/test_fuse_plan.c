// SPDX-License-Identifier: GPL-2.0-only
/* test_fuse_plan - which stages are inlined, called, tail-called */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/fuse/fuse.h"
#include "../../lib/internal.h"
#include "../../lib/prog/code.h"
#include <cmocka.h>

#include "functions.h"

#define MAX_STAGES 6

struct planned {
	struct made made[MAX_STAGES];
	struct fuse_stage stages[MAX_STAGES];
	size_t nr;
};

static void plan_add(struct planned *planned, const struct function *functions,
		     size_t nr)
{
	size_t i = planned->nr++;

	planned->stages[i] = (struct fuse_stage){
		.code = make(&planned->made[i], functions, nr),
		.name = "stage",
		.counter = i,
	};
}

static void uncounted(struct planned *planned)
{
	for (size_t i = 0; i < planned->nr; i++)
		planned->stages[i].counter = FUSE_UNCOUNTED;
}

#define PLAN_ADD(planned, ...)                                                 \
	plan_add(planned, (struct function[]){ __VA_ARGS__ },                  \
		 sizeof((struct function[]){ __VA_ARGS__ }) /                  \
			 sizeof(struct function))

static void plan(struct planned *planned)
{
	assert_int_equal(fuse_plan(planned->stages, planned->nr), 0);
}

static void expect(const struct planned *planned, size_t i,
		   enum xdplab_stage_how how, enum fuse_why why)
{
	assert_int_equal(planned->stages[i].how, how);
	assert_int_equal(planned->stages[i].why, why);
}

static void what_fits_is_inlined(void **state)
{
	struct planned planned = { 0 };

	(void)state;
	PLAN_ADD(&planned, { .depth = 200, .calls = { 1 } }, { .depth = 200 });
	PLAN_ADD(&planned, { .depth = 0 });
	plan(&planned);
	expect(&planned, 0, XDPLAB_STAGE_INLINED, FUSE_FITS);
	expect(&planned, 1, XDPLAB_STAGE_INLINED, FUSE_FITS);
}

static void a_tail_call_makes_its_stage_a_function(void **state)
{
	struct planned planned = { 0 };

	(void)state;
	PLAN_ADD(&planned, { .depth = 64, .tail_calls = true });
	PLAN_ADD(&planned, { .depth = 64, .calls = { 1 } },
		 { .depth = 64, .tail_calls = true });
	plan(&planned);
	expect(&planned, 0, XDPLAB_STAGE_CALLED, FUSE_TAIL_CALLS);
	expect(&planned, 1, XDPLAB_STAGE_INLINED, FUSE_FITS);
}

static void a_deep_frame_makes_no_room_for_a_tail_call_below(void **state)
{
	struct planned planned = { 0 };

	(void)state;
	PLAN_ADD(&planned, { .depth = 300 });
	PLAN_ADD(&planned, { .depth = 64, .calls = { 1 } },
		 { .tail_calls = true });
	plan(&planned);
	expect(&planned, 0, XDPLAB_STAGE_CALLED, FUSE_STACK);
	expect(&planned, 1, XDPLAB_STAGE_INLINED, FUSE_FITS);
}

static void the_whole_stack_needs_a_program_of_its_own(void **state)
{
	struct planned planned = { 0 };

	(void)state;
	PLAN_ADD(&planned, { .depth = 512 });
	PLAN_ADD(&planned, { .depth = 480 });
	PLAN_ADD(&planned, { .depth = 496 });
	plan(&planned);
	expect(&planned, 0, XDPLAB_STAGE_TAIL_CALLED, FUSE_STACK);
	expect(&planned, 1, XDPLAB_STAGE_CALLED, FUSE_STACK);
	expect(&planned, 2, XDPLAB_STAGE_TAIL_CALLED, FUSE_STACK);
}

static void all_but_the_chains_own_stack_can_be_had_inlined(void **state)
{
	struct planned planned = { 0 };

	(void)state;
	PLAN_ADD(&planned, { .depth = 488 });
	PLAN_ADD(&planned, { .depth = 488 });
	plan(&planned);
	expect(&planned, 0, XDPLAB_STAGE_INLINED, FUSE_FITS);
	expect(&planned, 1, XDPLAB_STAGE_INLINED, FUSE_FITS);
}

static void counters_take_16_bytes_more_if_any_stage_counts(void **state)
{
	struct planned planned = { 0 };

	(void)state;
	PLAN_ADD(&planned, { .depth = 504 });
	PLAN_ADD(&planned, { .depth = 504 });
	uncounted(&planned);
	plan(&planned);
	expect(&planned, 0, XDPLAB_STAGE_INLINED, FUSE_FITS);
	expect(&planned, 1, XDPLAB_STAGE_INLINED, FUSE_FITS);
	PLAN_ADD(&planned, { .depth = 0 });
	plan(&planned);
	expect(&planned, 0, XDPLAB_STAGE_TAIL_CALLED, FUSE_STACK);
	expect(&planned, 1, XDPLAB_STAGE_TAIL_CALLED, FUSE_STACK);
	expect(&planned, 2, XDPLAB_STAGE_INLINED, FUSE_FITS);
}

/* Each calls the next. */
static void call_in_line(struct function *functions, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		functions[i] = (struct function){
			.calls = { i + 1 < nr ? (int)i + 1 : 0 }
		};
}

static void eight_frames_are_all_there_can_be(void **state)
{
	struct function functions[MAX_FUNCTIONS];
	struct planned planned = { 0 };

	(void)state;
	call_in_line(functions, 8);
	plan_add(&planned, functions, 8);
	functions[0].tail_calls = true; /* and so one more than its own */
	plan_add(&planned, functions, 8);
	call_in_line(functions, 7);
	functions[0].tail_calls = true;
	plan_add(&planned, functions, 7);
	plan(&planned);
	expect(&planned, 0, XDPLAB_STAGE_INLINED, FUSE_FITS);
	expect(&planned, 1, XDPLAB_STAGE_TAIL_CALLED, FUSE_FRAMES);
	expect(&planned, 2, XDPLAB_STAGE_CALLED, FUSE_TAIL_CALLS);
}

static void jumps_of_16_bits_do_not_reach_over_a_long_stage(void **state)
{
	size_t nr = 17000;
	struct bpf_insn *insns = calloc(nr, sizeof(*insns));
	struct code code = { .insns = insns, .nr_insns = nr };
	struct fuse_stage stage = { .code = &code, .name = "long" };

	(void)state;
	assert_non_null(insns);
	for (size_t i = 0; i < nr - 1; i++)
		insns[i] = MOV(0, 2);
	insns[nr - 1] = EXIT;
	assert_int_equal(fuse_plan(&stage, 1), 0);
	assert_int_equal(stage.how, XDPLAB_STAGE_CALLED);
	assert_int_equal(stage.why, FUSE_JUMPS);
	free(insns);
}

static void what_was_adopted_is_tail_called(void **state)
{
	struct fuse_stage stage = { .name = "foreign" };

	(void)state;
	assert_int_equal(fuse_plan(&stage, 1), 0);
	assert_int_equal(stage.how, XDPLAB_STAGE_TAIL_CALLED);
	assert_int_equal(stage.why, FUSE_ADOPTED);
}

static void too_many_maps_are_left_to_the_stage_alone(void **state)
{
	struct planned planned = { 0 };

	(void)state;
	PLAN_ADD(&planned, { .depth = 0 });
	PLAN_ADD(&planned, { .depth = 0 });
	planned.stages[0].nr_maps = 62;
	planned.stages[1].nr_maps = 63;
	plan(&planned);
	expect(&planned, 0, XDPLAB_STAGE_INLINED, FUSE_FITS);
	expect(&planned, 1, XDPLAB_STAGE_TAIL_CALLED, FUSE_MAPS);
}

static void expect_with_function(const char *name, enum xdplab_stage_how how,
				 enum fuse_why why)
{
	struct bpf_insn insns[] = { MOV(0, XDP_PASS), EXIT };
	struct code code = { .insns = insns, .nr_insns = ARRAY_SIZE(insns) };
	struct fuse_stage stage = { .code = &code, .name = name };
	int number, proto;

	code.btf = btf__new_empty();
	assert_non_null(code.btf);
	number = btf__add_int(code.btf, "int", 4, BTF_INT_SIGNED);
	proto = btf__add_func_proto(code.btf, number);
	assert_true(btf__add_func(code.btf, name, BTF_FUNC_EXTERN, proto) > 0);
	assert_int_equal(fuse_plan(&stage, 1), 0);
	assert_int_equal(stage.how, how);
	assert_int_equal(stage.why, why);
	btf__free(code.btf);
}

static void objects_of_its_own_types_need_its_own_btf(void **state)
{
	(void)state;
	expect_with_function("bpf_obj_new_impl", XDPLAB_STAGE_TAIL_CALLED,
			     FUSE_TYPES);
	expect_with_function("bpf_list_push_back_impl",
			     XDPLAB_STAGE_TAIL_CALLED, FUSE_TYPES);
	expect_with_function("bpf_obj", XDPLAB_STAGE_INLINED, FUSE_FITS);
}

static void every_reason_has_words(void **state)
{
	(void)state;
	assert_string_equal(fuse_why_text(FUSE_FITS), "");
	for (uint32_t why = FUSE_ADOPTED; why <= FUSE_TYPES; why++)
		assert_true(strlen(fuse_why_text(why)) > 0);
	assert_string_equal(fuse_why_text(FUSE_TYPES + 1), "");
	assert_string_equal(fuse_why_text(UINT32_MAX), "");
}

/* ---- random sets, against what the verifier allows ---- */

/* Bytes of the chain's own in its main function's frame: the context, and what
 * is counted with. */
#define GLUE	     8
#define GLUE_COUNTED 24

/* The frames of a way down: `stack` bytes of them so far, `frames` of them. */
static void check_down(const struct function *functions, size_t i, int stack,
		       int frames)
{
	const struct function *function = &functions[i];

	/* check_max_stack_depth_subprog(): those above one with a tail call */
	if (function->tail_calls && frames)
		assert_true(stack < 256);
	stack += fuse_frame(function->depth);
	assert_true(stack <= 512);
	assert_true(frames + 1 <= 8);
	for (size_t call = 0; call < MAX_CALLS && function->calls[call]; call++)
		check_down(functions, abs(function->calls[call]), stack,
			   frames + 1);
}

static int main_depth(const struct planned *planned,
		      struct function functions[][MAX_FUNCTIONS])
{
	int depth = 0;

	for (size_t i = 0; i < planned->nr; i++)
		if (planned->stages[i].how == XDPLAB_STAGE_INLINED &&
		    functions[i][0].depth > depth)
			depth = functions[i][0].depth;
	return depth + (planned->stages[0].counter == FUSE_UNCOUNTED
				? GLUE
				: GLUE_COUNTED);
}

static void check_stage(const struct fuse_stage *stage,
			struct function *functions, int above)
{
	struct function main = functions[0];

	if (stage->how == XDPLAB_STAGE_INLINED) {
		assert_false(main.tail_calls);
		functions[0].depth = above;
		check_down(functions, 0, 0, 0);
		functions[0] = main;
	} else if (stage->how == XDPLAB_STAGE_CALLED) {
		check_down(functions, 0, fuse_frame(above), 1);
	} else {
		assert_int_equal(stage->how, XDPLAB_STAGE_TAIL_CALLED);
		assert_true(fuse_frame(above) < 256);
	}
}

static uint32_t random_number(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % below;
}

/* Functions call only those behind them. */
static size_t random_functions(struct function *functions, uint32_t *seed)
{
	size_t nr = 1 + random_number(seed, 4);

	for (size_t i = 0; i < nr; i++) {
		functions[i] = (struct function){
			.depth = 8 * random_number(seed, i ? 20 : 65),
			.tail_calls = !random_number(seed, 8),
		};
		for (size_t call = 0; call < MAX_CALLS && i + 1 < nr; call++)
			if (random_number(seed, 2))
				functions[i].calls[call] =
					i + 1 + random_number(seed, nr - i - 1);
			else
				break;
	}
	return nr;
}

/* Alone it would be refused as well: nothing can be asked of its plan. */
static bool can_be_alone(const struct function *functions, size_t i, int stack,
			 int frames)
{
	const struct function *function = &functions[i];

	if (function->tail_calls && frames && stack >= 256)
		return false;
	stack += fuse_frame(function->depth);
	if (stack > 512)
		return false;
	for (size_t call = 0; call < MAX_CALLS && function->calls[call]; call++)
		if (!can_be_alone(functions, function->calls[call], stack,
				  frames + 1))
			return false;
	return true;
}

static void random_sets_fit_as_they_are_planned(void **state)
{
	struct function functions[MAX_STAGES][MAX_FUNCTIONS];
	size_t hows[4] = { 0 };
	uint32_t seed = 3;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct planned planned = { 0 };
		size_t nr = 1 + random_number(&seed, MAX_STAGES);

		while (planned.nr < nr) {
			struct function *stage = functions[planned.nr];
			size_t length = random_functions(stage, &seed);

			if (can_be_alone(stage, 0, 0, 0))
				plan_add(&planned, stage, length);
		}
		if (round & 1)
			uncounted(&planned);
		plan(&planned);
		for (size_t i = 0; i < nr; i++) {
			check_stage(&planned.stages[i], functions[i],
				    main_depth(&planned, functions));
			hows[planned.stages[i].how]++;
		}
	}
	/* What never comes up was not tried. */
	assert_true(hows[XDPLAB_STAGE_INLINED] > 1000);
	assert_true(hows[XDPLAB_STAGE_CALLED] > 1000);
	assert_true(hows[XDPLAB_STAGE_TAIL_CALLED] > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_is_inlined),
		cmocka_unit_test(a_tail_call_makes_its_stage_a_function),
		cmocka_unit_test(
			a_deep_frame_makes_no_room_for_a_tail_call_below),
		cmocka_unit_test(the_whole_stack_needs_a_program_of_its_own),
		cmocka_unit_test(
			all_but_the_chains_own_stack_can_be_had_inlined),
		cmocka_unit_test(
			counters_take_16_bytes_more_if_any_stage_counts),
		cmocka_unit_test(eight_frames_are_all_there_can_be),
		cmocka_unit_test(
			jumps_of_16_bits_do_not_reach_over_a_long_stage),
		cmocka_unit_test(what_was_adopted_is_tail_called),
		cmocka_unit_test(too_many_maps_are_left_to_the_stage_alone),
		cmocka_unit_test(objects_of_its_own_types_need_its_own_btf),
		cmocka_unit_test(every_reason_has_words),
		cmocka_unit_test(random_sets_fit_as_they_are_planned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
