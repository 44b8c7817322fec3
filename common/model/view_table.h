/* The build functions of the views, one per *_view.c: what common/model/views.c lists. */
#ifndef JL_MODEL_VIEW_TABLE_H
#define JL_MODEL_VIEW_TABLE_H
#include "common/model/document.h"
typedef bool jl_view_build_function(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err);
jl_view_build_function jl_tree_view, jl_raci_view, jl_budget_view, jl_kpi_view, jl_dashboard_view, jl_show_view, jl_list_view,
    jl_mine_view, jl_history_view, jl_inbox_view, jl_definitions_view, jl_plans_view, jl_people_view,
    jl_rights_view, jl_drift_view, jl_diff_view, jl_strategy_view, jl_diagnostic_view, jl_swot_view,
    jl_pestel_view, jl_competitors_view, jl_targets_view, jl_persona_view, jl_positioning_view, jl_messages_view,
    jl_mix_view, jl_levers_view, jl_stack_view, jl_lessons_view, jl_summary_view, jl_funnel_view,
    jl_benchmarks_view, jl_smart_view, jl_okr_view, jl_calendar_view, jl_week_view, jl_load_view, jl_matrix_view,
    jl_scores_view, jl_check_view, jl_alignment_view, jl_questions_view, jl_gate_view, jl_gantt_view,
    jl_schedule_view, jl_roadmap_view, jl_replan_view, jl_board_view, jl_sprint_view, jl_planning_view,
    jl_velocity_view, jl_agenda_view, jl_minutes_view, jl_figures_view, jl_automations_view;
size_t jl_inbox_log_points(const struct jl_view_input *in, struct jl_arena *a, struct jl_log_point ret[JL_LOG_POINTS]);
#endif
