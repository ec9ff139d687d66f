// SPDX-License-Identifier: Apache-2.0
// Written by scripts/types.mjs out of openapi.json; `make web-types` renews both.

export interface paths {
    "/api/v1/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Agents that have reported within a day: those of the project in force, and one's own.
         * @description A page of the list; `marker` is a `next`.
         */
        get: operations["list_agents"];
        put?: never;
        /** Take the place of what the agent has said before; reports are forgotten after a day. */
        post: operations["post_report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An agent's sources, pipelines and publishers, with rates.
         * @description Of several agents of one name, that of this project; else the one that was heard of last.
         */
        get: operations["show_agent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alarms that one may see.
         * @description Filters, all of which must hold; `match` is a part of the name, `*` stands for anything.
         *
         * `failing` leaves those that could not be decided last, or those that could, `silenced` those that a
         * silence is
         *     about, or those that none is about. A minus before the name in `sort` turns the order.
         */
        get: operations["list_alarms"];
        put?: never;
        /** Make an alarm; the project's quota counts it. */
        post: operations["create_alarm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarms/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An alarm by its id. */
        get: operations["show_alarm"];
        /** Put a definition in the place of an alarm's; its state, history and what it remembers stay. */
        put: operations["replace_alarm"];
        post?: never;
        /** Delete an alarm; its history stays. */
        delete: operations["delete_alarm"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarms/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of an alarm, also of one that is gone.
         * @description A page.
         */
        get: operations["list_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarms/{id}/instances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What an alarm remembers of each thing that it watches; nothing of alarms that remember their state alone.
         * @description A page, perhaps of those in one state alone; those that fire come first, then the newest
         * change.
         */
        get: operations["list_instances"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarms/{id}/past": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What an alarm's rules saw in a span, and the states that it was in.
         * @description A span, by default the last hour.
         */
        get: operations["show_past"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarms/enabled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Switch alarms on or off; those that are so already stay as they are. */
        post: operations["enable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarms/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alarms that one may see, as a file keeps them.
         * @description Filters, all of which must hold; `match` is a part of the name, `*` stands for anything.
         *
         *     With `secrets` the URLs of actions are as they were written, for those who may change alarms.
         */
        get: operations["export_alarms"];
        put?: never;
        /**
         * Make, change and delete alarms, so that they are as a file says; all of them, or none where it is
         * wrong.
         */
        post: operations["import_alarms"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarms/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What would have become of an alarm with a rule, had there been one. */
        post: operations["preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive-policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is kept of metrics, how fine and how long. */
        get: operations["list_policies"];
        put?: never;
        /** Make a policy. */
        post: operations["create_policy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive-policies/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One policy. */
        get: operations["show_policy"];
        put?: never;
        post?: never;
        /** Delete a policy that neither a metric nor a rule refers to. */
        delete: operations["delete_policy"];
        options?: never;
        head?: never;
        /** Keep aggregates for a longer or shorter time. */
        patch: operations["change_policy"];
        trace?: never;
    };
    "/api/v1/archive-policy-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which policy new metrics get by their names. */
        get: operations["list_rules"];
        put?: never;
        /** Make a rule. */
        post: operations["create_rule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive-policy-rules/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a rule; the metrics that it gave a policy keep it. */
        delete: operations["delete_rule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Administrative acts.
         * @description Events by exactly this actor and of exactly this action, from `start` up to `stop`;
         * `marker` is a `next`.
         */
        get: operations["list_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far the backup is that is under way. */
        get: operations["show_backup"];
        put?: never;
        /** Copy store and index while serving: answered once the copy is verified. */
        post: operations["post_backup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contact-points": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The contact points of a project, or those of the routes for all.
         * @description Whose: the project's of this id, or those for all projects where it is `*`.
         *
         *     Without it those of the project that the caller works in; of who sees all projects, those for all.
         */
        get: operations["list_points"];
        put?: never;
        /**
         * Make a contact point.
         * @description Whose: the project's of this id, or those for all projects where it is `*`.
         *
         *     Without it those of the project that the caller works in; of who sees all projects, those for all.
         */
        post: operations["create_point"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contact-points/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A contact point by its name.
         * @description Whose: the project's of this id, or those for all projects where it is `*`.
         *
         *     Without it those of the project that the caller works in; of who sees all projects, those for all.
         */
        get: operations["show_point"];
        /**
         * Put other targets in the place of a contact point's.
         * @description Whose: the project's of this id, or those for all projects where it is `*`.
         *
         *     Without it those of the project that the caller works in; of who sees all projects, those for all.
         */
        put: operations["change_point"];
        post?: never;
        /**
         * Delete a contact point to which no route leads.
         * @description Whose: the project's of this id, or those for all projects where it is `*`.
         *
         *     Without it those of the project that the caller works in; of who sees all projects, those for all.
         */
        delete: operations["delete_point"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contact-points/{name}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a notification of an alarm that does not exist, so that one sees whether it arrives.
         * @description Whose: the project's of this id, or those for all projects where it is `*`.
         *
         *     Without it those of the project that the caller works in; of who sees all projects, those for all.
         */
        post: operations["send_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Records that were refused or dropped, here or by agents.
         * @description Those of exactly this station and this cause, received from `start` up to `stop`;
         * `marker` is a `next`.
         */
        get: operations["list_dead_letters"];
        put?: never;
        /** 202 once the records are on disk, where they stay for a week. */
        post: operations["post_dead_letters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A notification, with every attempt at it. */
        get: operations["show_delivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{key}/again": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deliver a notification once more, whatever became of it. */
        post: operations["send_again"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events that one may see, the newest first.
         * @description Filters, all of which must hold.
         *
         * `type` is a glob with `*` and `?`, with `!` in front one that must not fit, and may be repeated.
         * `trait` is
         * NAME=VALUE and may be repeated. `resource` is the value of any trait, `text` a part of the type, of
         * the id or of a
         *         trait. `filter` is an expression such as `type like 'compute.%' and traits.memory_mb >= 4096`.
         *
         *     `marker` is a `next`.
         */
        get: operations["list_typed_events"];
        put?: never;
        /**
         * 202 once every event is on disk. What was sent before is not kept twice.
         * @description An event belongs to the caller's project. Administrators, services and callers without a
         * project send for others:
         * the project is then what the trait `project_id` or `tenant_id` says. An event of more than a day ahead
         * is dropped,
         *     and so is what is raw and longer than 256 KiB; both are counted.
         */
        post: operations["post_events"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An event by its id; what is raw is shown to operators. */
        get: operations["show_event"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many events of each type there were over time.
         * @description Filters, all of which must hold.
         *
         * `type` is a glob with `*` and `?`, with `!` in front one that must not fit, and may be repeated.
         * `trait` is
         * NAME=VALUE and may be repeated. `resource` is the value of any trait, `text` a part of the type, of
         * the id or of a
         *         trait. `filter` is an expression such as `type like 'compute.%' and traits.memory_mb >= 4096`.
         *
         *     The span is the last hour by default, in at most `buckets` steps.
         */
        get: operations["count_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which types and traits there are among the events that match.
         * @description Filters, all of which must hold.
         *
         * `type` is a glob with `*` and `?`, with `!` in front one that must not fit, and may be repeated.
         * `trait` is
         * NAME=VALUE and may be repeated. `resource` is the value of any trait, `text` a part of the type, of
         * the id or of a
         *     trait. `filter` is an expression such as `type like 'compute.%' and traits.memory_mb >= 4096`.
         */
        get: operations["list_event_types"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/journey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The way that data go, or from data to who is told; the first station that is not good is where it stops.
         * @description A metric's id, a resource's id or name, or an alarm's id: one of the three.
         */
        get: operations["show_journey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics that one may see, with their newest values.
         * @description A name has the text of `match` in it (`*` stands for anything); `resource` is an id or name.
         */
        get: operations["list_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/metrics/{id}/measures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A metric's measures, oldest first.
         * @description JSON is `{"metric", "name", "unit", "resource", "measures": [[time_ms, value], …],
         * "next_ms"}`, where `next_ms` is
         * the start of the rest when `limit` cut it off, else null. CSV has the columns time (ISO 8601, UTC) and
         * value.
         *
         *     The span, by default everything that is stored; at most `limit` measures, the oldest first.
         */
        get: operations["list_measures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description. */
        get: operations["show_openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How everything is, at a glance. */
        get: operations["show_overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The projects that one belongs to; operators see all. */
        get: operations["list_projects"];
        put?: never;
        /** Make a project. */
        post: operations["create_project"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a project with its memberships and tokens; data that carries its id stays. */
        delete: operations["delete_project"];
        options?: never;
        head?: never;
        /** Change name and description, or disable: nobody can work in a disabled project, its data stays. */
        patch: operations["change_project"];
        trace?: never;
    };
    "/api/v1/projects/{id}/members/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Let a user belong to the project with exactly these roles. */
        put: operations["set_member"];
        post?: never;
        /** Let a user leave the project: its tokens for it go, and it is logged out. */
        delete: operations["remove_member"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the operations give over the metrics that one may see. */
        post: operations["run_query"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resource-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The types of resources, those without any among them. */
        get: operations["list_resource_types"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Resources that one may see.
         * @description Filters, all of which must hold.
         *
         * `match` is a part of the id, the display name or the name; `*` stands for anything. `attribute` is
         * NAME=VALUE and
         * may be repeated; without `type` only attributes of text are found. Resources that have ended are left
         * out unless
         *     `ended`. A minus before the name in `sort` turns the order.
         */
        get: operations["list_resources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resources/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A resource, by its id or its name, with its metrics. */
        get: operations["show_resource"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resources/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a resource was earlier.
         * @description A page of revisions.
         */
        get: operations["list_revisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resources/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The newest values and sparklines of metrics of many resources; what one may not see is left out. */
        post: operations["read_latest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resources/lifetimes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resources begin, change and end. Those of others stay as they are: a step for one is refused with 403. */
        post: operations["carry_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/routing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The routes of a project, or those for all.
         * @description Whose: the project's of this id, or those for all projects where it is `*`.
         *
         *     Without it those of the project that the caller works in; of who sees all projects, those for all.
         */
        get: operations["show_tree"];
        /**
         * Put a tree in the place of the one that has the revision that the body names.
         * @description Whose: the project's of this id, or those for all projects where it is `*`.
         *
         *     Without it those of the project that the caller works in; of who sees all projects, those for all.
         */
        put: operations["put_tree"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/routing/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is grouped now, and what the groups were told.
         * @description Whose groups, and of which alarm, by its id, or of any.
         */
        get: operations["list_route_groups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/routing/groups/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A group by its key, with what was told and what became of that. */
        get: operations["show_route_group"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/routing/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Which routes and contact points an alarm would reach, and whether it is silenced, muted or inhibited,
         * and why.
         */
        post: operations["try_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** 202 once every sample is on disk. Resources and metrics that are not there yet are made. */
        post: operations["post_samples"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scaling/dry-run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decide a signal or a target about a group that need not exist; nothing is changed. */
        post: operations["dry_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scaling/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Groups that one may see.
         * @description Groups of one project, of one actuator, in order by name; `marker` is a `next`.
         */
        get: operations["list_scaling_groups"];
        put?: never;
        /** Make a group; its members are made in the background. */
        post: operations["create_group"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scaling/groups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A group by its id or name, with its policies and members. */
        get: operations["show_group"];
        put?: never;
        post?: never;
        /**
         * Delete a group; one that has members only when it is said what becomes of them.
         * @description What becomes of the members that are there: `remove` them, or `keep` them without a group.
         */
        delete: operations["delete_group"];
        options?: never;
        head?: never;
        /** Change a group; members beyond its new bounds are taken away, missing ones are made. */
        patch: operations["change_group"];
        trace?: never;
    };
    "/api/v1/scaling/groups/{id}/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a group decided, newest first; also one that is gone, by its id.
         * @description Filters, all of which must hold; `marker` is a `next`.
         */
        get: operations["list_decisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scaling/groups/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The members of a group as they were last seen, the oldest first. */
        get: operations["list_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scaling/groups/{id}/members/{member}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Keep a member from being taken away, or no more. */
        put: operations["protect"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scaling/groups/{id}/policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The policies of a group, by name. */
        get: operations["list_scaling_policies"];
        put?: never;
        /** Give a group a policy. */
        post: operations["create_scaling_policy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scaling/groups/{id}/size": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Have a group changed to a size, whatever its cooldown. */
        put: operations["set_size"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scaling/policies/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A policy by its id. */
        get: operations["show_scaling_policy"];
        put?: never;
        post?: never;
        /** Delete a policy; what it has begun is finished. */
        delete: operations["delete_scaling_policy"];
        options?: never;
        head?: never;
        /** Change a policy. */
        patch: operations["change_scaling_policy"];
        trace?: never;
    };
    "/api/v1/scaling/policies/{id}/dry-run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a signal would lead to now; nothing is changed. */
        post: operations["dry_run_policy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scaling/policies/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a policy another signed address; the one before is of no use any more. */
        post: operations["rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scaling/policies/{id}/signal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signal a policy: 200 whatever was decided. An `Idempotency-Key` that comes twice is decided once. */
        post: operations["signal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scaling/signals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * As `signal`, by the signed address, with any JSON or none as its body.
         * @description The signature of the address.
         */
        post: operations["signal_by_address"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whatever is called so, among what one may see.
         * @description Words, a part of a name, or an id; a metric may be looked for as `vm-1 cpu`, its
         * resource's name first.
         */
        get: operations["search_everything"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The points of metrics, all read together; a metric that is not there, or not to be seen, is named in a
         * note.
         */
        post: operations["read_series"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who one is, with any credentials. */
        get: operations["show_session"];
        put?: never;
        /** Log in with a password: the answer sets the session cookie. */
        post: operations["post_session"];
        /** Log out: the session of the cookie ends. */
        delete: operations["delete_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change one's own password; one's other sessions end, tokens stay. */
        post: operations["post_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/shared-work/{group}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Slots that are held, taken and to be given back; the work of one project's agents is not another's. */
        post: operations["divide"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/silences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Silences that one may see.
         * @description Filters, and a page: newest first.
         */
        get: operations["list_silences"];
        put?: never;
        /** Silence what fits: nobody is told of it by its actions, nor by routes. */
        post: operations["create_silence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/silences/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A silence by its id. */
        get: operations["show_silence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a silence that is not over: make it longer or shorter, or about something else. */
        patch: operations["change_silence"];
        trace?: never;
    };
    "/api/v1/silences/{id}/expire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a silence now: what it held back and still holds is told. */
        post: operations["expire_silence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/silences/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Which alarms a silence would be about; nothing is changed. */
        post: operations["preview_silence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sql": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The rows of one SELECT over the views; a project's owner finds its own rows in them. */
        post: operations["post_sql"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sql/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a statement of the caller's is. */
        get: operations["show_statement"];
        put?: never;
        post?: never;
        /** Stop a statement of the caller's, in the engine, too; its POST answers with the cause `cancelled`. */
        delete: operations["cancel_statement"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sql/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The views with their columns and what these mean. */
        get: operations["list_views"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the program is: what came in, what was dropped, how much is stored. */
        get: operations["show_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One's own tokens; who sees accounts may ask for another user's.
         * @description Whose tokens: one's own unless `user` names another.
         */
        get: operations["list_tokens"];
        put?: never;
        /** Make a token, with no more than its user's roles; the answer has the secret, once. */
        post: operations["create_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a token back: it is refused from now on. */
        delete: operations["delete_token"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All local users. */
        get: operations["list_users"];
        put?: never;
        /** Make a user; a default project is one that it belongs to. */
        post: operations["create_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One user. */
        get: operations["show_user"];
        put?: never;
        post?: never;
        /** Delete a user with its memberships, tokens and sessions; what it has created stays. */
        delete: operations["delete_user"];
        options?: never;
        head?: never;
        /** Change roles, default project, disabled; who loses a role or is disabled is logged out. */
        patch: operations["change_user"];
        trace?: never;
    };
    "/api/v1/users/{name}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Give a user another password, which ends its sessions; its tokens stay. */
        put: operations["set_user_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AgentBrief
         * @description An agent in few words; `troubles` are sentences, `project_id` is null for an agent of no
         * project.
         */
        AgentBrief: {
            every_s: number;
            name: string;
            project_id: string | null;
            seen_ms: number;
            started_ms: number;
            /** @enum {unknown} */
            state: "errors" | "ok" | "silent";
            troubles: string[];
            version: string;
        };
        /**
         * AgentDetail
         * @description All that an agent says of itself; rates are told over the last `window_s`, null while
         * there is one report.
         */
        AgentDetail: {
            agent: components["schemas"]["AgentBrief"];
            brokers: components["schemas"]["BrokerView"][];
            drops: components["schemas"]["DropView"][];
            families: components["schemas"]["FamilyView"][];
            outlets: components["schemas"]["OutletView"][];
            pipelines: components["schemas"]["PipelineView"][];
            shared: components["schemas"]["SharedSlots"] | null;
            sources: components["schemas"]["PollingSource"][];
            tasks: components["schemas"]["TaskView"][];
            window_s: number | null;
        };
        /**
         * AgentReport
         * @description All of it; `time_ns` is when it was counted, by the agent's clock, `interval_s` when the
         * next one is to come.
         */
        AgentReport: {
            /** @default [] */
            brokers?: components["schemas"]["Broker"][];
            /** @default [] */
            drops?: components["schemas"]["Drop"][];
            /** @default [] */
            families?: components["schemas"]["PollingFamily"][];
            interval_s: number;
            name: string;
            /** @default [] */
            outlets?: components["schemas"]["Outlet"][];
            /** @default [] */
            pipelines?: components["schemas"]["Pipeline"][];
            /** @default null */
            shared?: components["schemas"]["SharedSlots"] | null;
            /** @default [] */
            sources?: components["schemas"]["PollingSource"][];
            started_ns: number;
            /** @default [] */
            tasks?: components["schemas"]["PollingTask"][];
            time_ns: number;
            version: string;
        };
        /**
         * Agents
         * @description Agents by name; `next` is the marker of the page after this one, `now_ms` the time by
         * which they were seen.
         */
        Agents: {
            agents: components["schemas"]["AgentBrief"][];
            next: string | null;
            now_ms: number;
        };
        /**
         * AlarmBody
         * @description An alarm to be made, or to be put in the place of one: what is left out gets its default.
         *
         * `rule` is in the words of its `type`; actions are URLs, of which one that is written as it was shown
         * stays as it is,
         *     credentials included. `project_id` is for operators: whose alarm it is.
         */
        AlarmBody: {
            /** @default [] */
            alarm_actions?: string[];
            behaviour?: components["schemas"]["BehaviourBody"];
            /** @default  */
            description?: string;
            /** @default true */
            enabled?: boolean;
            /** @default [] */
            insufficient_data_actions?: string[];
            /** @default {} */
            labels?: {
                [key: string]: string;
            };
            name: string;
            /** @default [] */
            ok_actions?: string[];
            /** @default null */
            project_id?: string | null;
            /** @default false */
            repeat_actions?: boolean;
            /**
             * @description A rule in the words of its type, without the `type`. Of type `series` and `sql` it is
             * as `SeriesRule` and `SqlRule`. Of type `composite` it is `{"and": […]}` or `{"or": […]}`; what is
             * in the list is of that form too, or a rule with its `type`: `SeriesRule`, `SqlRule`,
             * `RecentEvents`, or one of Aodh's types `gnocchi_…_threshold` and `prometheus`.
             */
            rule: Record<string, unknown>;
            /**
             * @default low
             * @enum {unknown}
             */
            severity?: "critical" | "low" | "moderate";
            /** @default [] */
            time_constraints?: components["schemas"]["ConstraintBody"][];
            type: string;
        };
        /**
         * AlarmDetail
         * @description An alarm, the first of its instances if it remembers any, and the newest notifications
         * about it.
         */
        AlarmDetail: {
            alarm: components["schemas"]["AlarmView"];
            deliveries: components["schemas"]["DeliveryView"][];
            instances: components["schemas"]["InstanceView"][];
        };
        /**
         * AlarmFile
         * @description Alarms as `POST /api/v1/alarms/file` takes them, by project and name; what has its
         * default is left out.
         */
        AlarmFile: {
            alarms: Record<string, unknown>[];
            version: number;
        };
        /**
         * AlarmList
         * @description A page of alarms, the marker of the next one, and how many match in each state.
         *
         *     The counts are those of the other filters, whatever was asked for in `state`, `failing` and `silenced`.
         */
        AlarmList: {
            alarms: components["schemas"]["AlarmView"][];
            counts: components["schemas"]["Counts"];
            next: string | null;
        };
        /**
         * AlarmPast
         * @description What the rules saw, the state at the start of the span, and the transitions within it,
         * oldest first: the alarm's,
         *     and those of its instances.
         *
         * `would_be` tells that these have not happened, but would have. Before `made_ms` there was no such
         * alarm; null where
         *     nobody remembers.
         */
        AlarmPast: {
            /** @enum {unknown} */
            before: "alarm" | "insufficient data" | "ok";
            instance_transitions: components["schemas"]["InstanceMoved"][];
            made_ms: number | null;
            series: components["schemas"]["RuleSeries"][];
            transitions: components["schemas"]["Moved"][];
            would_be: boolean;
        };
        /**
         * AlarmView
         * @description An alarm as it is now: its state since when and why, and what went wrong when it was
         * decided last, "" for nothing.
         *
         * `rule` is in the words of the alarm's `type`; actions are URLs without credentials, which can be sent
         * back as they
         *     are. `silenced_until_ms` is null for an alarm that no silence is about.
         */
        AlarmView: {
            alarm_actions: string[];
            behaviour: components["schemas"]["BehaviourView"];
            changed_ms: number;
            decided_ms: number;
            description: string;
            enabled: boolean;
            error: string;
            id: string;
            insufficient_data_actions: string[];
            labels: {
                [key: string]: string;
            };
            name: string;
            ok_actions: string[];
            project_id: string;
            reason: string;
            repeat_actions: boolean;
            rule: Record<string, unknown>;
            /** @enum {unknown} */
            severity: "critical" | "low" | "moderate";
            silenced_until_ms: number | null;
            since_ms: number;
            /** @enum {unknown} */
            state: "alarm" | "insufficient data" | "ok";
            threshold: number | null;
            time_constraints: Record<string, unknown>[];
            type: string;
            user_id: string;
        };
        /**
         * Answer
         * @description Rows by column; not `complete` when there are more than the limit.
         *
         *     Times are ISO texts in UTC, decimals texts, numbers that JSON does not know (NaN, infinities) null.
         */
        Answer: {
            bytes_read: number;
            columns: components["schemas"]["ResultColumn"][];
            complete: boolean;
            rows: unknown[][];
            rows_read: number;
            seconds: number;
        };
        /**
         * AssociatesBody
         * @description Resources that go with another: those of a type that a search finds, in the notation of
         * Gnocchi's JSON searches.
         *
         *     They end with it, or take these `fields`. Where there is no such type there are none.
         */
        AssociatesBody: {
            /** @default {} */
            fields?: {
                [key: string]: string | number | boolean | null;
            };
            search: Record<string, unknown>;
            type: string;
        };
        /**
         * AttemptView
         * @description One try: how long it took, the status that came back, 0 for none, and what went wrong or
         * was made of it.
         */
        AttemptView: {
            error: string;
            lasted_ms: number;
            status: number;
            time_ms: number;
        };
        /**
         * BackupMade
         * @description The folder of the copy, and the measures and metrics in it.
         */
        BackupMade: {
            folder: string;
            measures: number;
            metrics: number;
        };
        /**
         * BackupProgress
         * @description From 0 to 1; null when no backup is under way.
         */
        BackupProgress: {
            done: number | null;
        };
        /**
         * BackupWish
         * @description Where the copy goes; without a folder, into a new one below the data directory's `backups`.
         */
        BackupWish: {
            /** @default null */
            folder?: string | null;
        };
        /**
         * Band
         * @description A value is compared with what is usual at that time of the season: `threshold` counts
         * deviations from it.
         *
         * Usual are the median of the same bucket and its two neighbours in each of the last `seasons` seasons,
         * and around it
         *     the scaled median absolute deviation. `direction` says on which side of it a value is away.
         */
        Band: {
            /**
             * @default both
             * @enum {unknown}
             */
            direction?: "above" | "below" | "both";
            /** @default 604800 */
            season_s?: number;
            /** @default 4 */
            seasons?: number;
            /** @enum {unknown} */
            type: "band";
        };
        /**
         * BehaviourBody
         * @description As `BehaviourView`.
         */
        BehaviourBody: {
            /** @default 0 */
            keep_firing_s?: number;
            /**
             * @default insufficient data
             * @enum {unknown}
             */
            no_data?: "alarm" | "insufficient data" | "keep" | "ok";
            /** @default 0 */
            pending_s?: number;
            /** @default null */
            recovery_threshold?: number | null;
        };
        /**
         * BehaviourView
         * @description What stands between values and the state, s.
         *
         * `pending_s` is how long values have to be beyond the threshold before the alarm fires, `keep_firing_s`
         * how long it
         * goes on after they have come back. Once it fires, values have to be back behind `recovery_threshold`.
         * `no_data` is
         *     the state where nothing is known; `keep` leaves the one that there is.
         */
        BehaviourView: {
            /** @default 0 */
            keep_firing_s?: number;
            /**
             * @default insufficient data
             * @enum {unknown}
             */
            no_data?: "alarm" | "insufficient data" | "keep" | "ok";
            /** @default 0 */
            pending_s?: number;
            /** @default null */
            recovery_threshold?: number | null;
        };
        /**
         * Broker
         * @description A message broker, without user and password, and the messages that came from it.
         */
        Broker: {
            /** @default 0 */
            acknowledged?: number;
            address: string;
            connected: boolean;
            /** @default [] */
            queues?: string[];
            /** @default 0 */
            received?: number;
            /** @default 0 */
            reconnects?: number;
            /** @default 0 */
            redelivered?: number;
        };
        /**
         * BrokerView
         * @description A message broker, and the messages that came from it.
         */
        BrokerView: {
            acknowledged: components["schemas"]["Flow"];
            address: string;
            connected: boolean;
            queues: string[];
            received: components["schemas"]["Flow"];
            reconnects: number;
            redelivered: number;
        };
        /**
         * Busiest
         * @description The busiest first.
         */
        Busiest: {
            hosts: components["schemas"]["Busy"][];
            instances: components["schemas"]["Busy"][];
        };
        /**
         * Busy
         * @description A resource by its use of processors: the mean of the last quarter of an hour, and the
         * last hour as a chart.
         */
        Busy: {
            /** Format: uuid */
            metric: string;
            name: string;
            resource: components["schemas"]["ResourceBrief"];
            times_ms: number[];
            unit: string | null;
            value: number;
            values: (number | null)[];
        };
        /**
         * Change
         * @description One change; `kind` is one of a resource's life, or `audit` for what an administrator did.
         */
        Change: {
            actor: string | null;
            /** @enum {unknown} */
            kind: "audit" | "changed" | "created" | "ended";
            resource: components["schemas"]["ResourceBrief"] | null;
            time_ms: number;
            what: string;
        };
        /**
         * Changed
         * @description How many are different now.
         */
        Changed: {
            changed: number;
        };
        /**
         * ChangeView
         * @description What became of an alarm: by whom, and what is different; URLs of actions are without
         * credentials.
         */
        ChangeView: {
            detail: Record<string, unknown>;
            id: string;
            time_ms: number;
            type: string;
            user_id: string;
        };
        /**
         * Check
         * @description One thing that must be so: what was found, and what to do when it is not good.
         */
        Check: {
            advice: string;
            found: string;
            good: boolean;
            name: string;
        };
        /**
         * ColumnView
         * @description A column of a view; `type` as the engine calls it.
         */
        ColumnView: {
            meaning: string;
            name: string;
            type: string;
        };
        /**
         * ConstraintBody
         * @description An alarm is decided for `duration` seconds after each tick of `start` alone.
         *
         *     `start` is a cron line in `timezone`, by default UTC.
         */
        ConstraintBody: {
            /** @default  */
            description?: string;
            duration: number;
            name: string;
            start: string;
            /** @default  */
            timezone?: string;
        };
        /**
         * ContactPointBody
         * @description URLs of actions to carry out, and whether also when an alarm is over.
         *
         *     A URL that is written as it was shown stays as it is, credentials included.
         */
        ContactPointBody: {
            /** @default true */
            resolved?: boolean;
            targets: string[];
        };
        /**
         * ContactPointList
         * @description Contact points, by name.
         */
        ContactPointList: {
            contact_points: components["schemas"]["ContactPointView"][];
        };
        /**
         * ContactPointView
         * @description A contact point; `targets` are without credentials, `routes` the places of the routes
         * that lead to it.
         */
        ContactPointView: {
            changed_ms: number;
            name: string;
            project_id: string | null;
            resolved: boolean;
            routes: string[];
            targets: string[];
        };
        /**
         * Counts
         * @description How many alarms are in each state, and how many of them all could not be decided last.
         */
        Counts: {
            alarm: number;
            failing: number;
            insufficient_data: number;
            ok: number;
        };
        /**
         * CycleView
         * @description The cycle of a task that ended last; `late_s` is how long after its time it began.
         */
        CycleView: {
            ended_ms: number;
            late_s: number;
            samples: number;
            seconds: number;
        };
        /**
         * DecisionList
         * @description A page of decisions, newest first, and the marker of the next one.
         */
        DecisionList: {
            decisions: components["schemas"]["DecisionView"][];
            next: string | null;
        };
        /**
         * DecisionView
         * @description What a group decided: caused by whom, from how many members to how many, and why.
         *
         *     `progress` is "" where nothing was to be done; `failure` says why a change failed.
         */
        DecisionView: {
            before: number;
            by: string;
            /** @enum {unknown} */
            cause: "hand" | "reconcile" | "schedule" | "signal" | "target";
            ended_ms: number | null;
            failure: string;
            group_id: string;
            id: number;
            policy_id: string;
            /** @enum {unknown} */
            progress: "" | "done" | "failed" | "under way";
            reason: string;
            time_ms: number;
            /** @enum {unknown} */
            verdict: "accepted" | "no change" | "refused";
            wanted: number;
        };
        /**
         * DefinitionDraft
         * @description A granularity with either points or a timespan; with neither, it is kept for ever.
         */
        DefinitionDraft: {
            /** @default null */
            granularity_s?: number | null;
            /** @default null */
            points?: number | null;
            /** @default null */
            timespan_s?: number | null;
        };
        /**
         * DefinitionView
         * @description One granularity and how long its aggregates are kept; null for ever.
         */
        DefinitionView: {
            granularity_s: number;
            points: number | null;
            timespan_s: number | null;
        };
        /**
         * DeliveryDetail
         * @description A notification with what is sent and every attempt at it, oldest first.
         */
        DeliveryDetail: {
            alarm: string;
            attempts: components["schemas"]["AttemptView"][];
            body: Record<string, unknown>;
            delivery: components["schemas"]["DeliveryView"];
        };
        /**
         * DeliveryView
         * @description A notification on its way, or over; `target` is without credentials.
         *
         *     `state` is the one that was entered, of a group of alarms firing or resolved.
         */
        DeliveryView: {
            attempts: number;
            created_ms: number;
            due_ms: number | null;
            key: string;
            /** @enum {unknown} */
            progress: "delivered" | "given up" | "silenced" | "waiting";
            state: string;
            target: string;
        };
        /**
         * Division
         * @description Who holds what: the slots granted, and those of them to give back, as others have too few.
         *
         * `members` are all agents of the group that have been heard of in time; `time_ns` is the clock that all
         * go by.
         */
        Division: {
            give_back: number[];
            members: string[];
            slots: components["schemas"]["SlotGrant"][];
            time_ns: number;
        };
        /**
         * Drop
         * @description Records that went no further than a station, by cause.
         */
        Drop: {
            cause: string;
            records: number;
            station: string;
        };
        /**
         * Dropped
         * @description Records that one station dropped for one cause since the start.
         */
        Dropped: {
            cause: string;
            records: number;
            station: string;
        };
        /**
         * DroppedRate
         * @description What a station dropped for a cause since this server started, and by the minute in the
         * last five minutes.
         */
        DroppedRate: {
            cause: string;
            per_minute: number;
            records: number;
            station: string;
        };
        /**
         * DropView
         * @description Records that went no further than a station, by cause.
         */
        DropView: {
            cause: string;
            records: components["schemas"]["Flow"];
            station: string;
        };
        /**
         * DryRun
         * @description What would become of it: the size wanted, and whether the change would be made, with the
         * reason.
         */
        DryRun: {
            before: number;
            /**
             * @default true
             * @enum {unknown}
             */
            dry_run?: true;
            reason: string;
            /** @enum {unknown} */
            verdict: "accepted" | "no change" | "refused";
            wanted: number;
        };
        /**
         * DryRunBody
         * @description A group with so many members now, and either a policy that is signalled or a target that
         * is tracked.
         */
        DryRunBody: {
            group: components["schemas"]["GroupBody"];
            /** @default null */
            policy?: components["schemas"]["PolicyBody"] | null;
            size: number;
            /** @default null */
            tracking?: components["schemas"]["TargetBody"] | null;
        };
        /**
         * Earlier
         * @description A value v is compared with e, the value `offset_s` before it; what is judged is then, by
         * `how`:
         *
         *     difference   v - e
         *     ratio        v / e; nothing where e is 0
         *     percent      100 * (v - e) / |e|; nothing where e is 0
         */
        Earlier: {
            /**
             * @default percent
             * @enum {unknown}
             */
            how?: "difference" | "percent" | "ratio";
            offset_s: number;
            /** @enum {unknown} */
            type: "earlier";
        };
        /**
         * EnabledBody
         * @description Alarms to be decided from now on, or not any more.
         */
        EnabledBody: {
            enabled: boolean;
            ids: string[];
        };
        /**
         * EventBody
         * @description An event; `id` is the same however often it is sent. `raw` is the message that it was
         * made of, any object.
         */
        EventBody: {
            generated_ns: number;
            id: string;
            raw?: unknown;
            /** @default [] */
            traits?: components["schemas"]["TraitBody"][];
            type: string;
        };
        /**
         * EventCondition
         * @description `field op value`; a field `traits.NAME` is a trait, another a place in the event. `type`
         * is that of the value.
         */
        EventCondition: {
            field: string;
            /**
             * @default eq
             * @enum {unknown}
             */
            op?: "eq" | "ge" | "gt" | "le" | "lt" | "ne";
            /**
             * @default
             * @enum {unknown}
             */
            type?: "" | "boolean" | "float" | "integer" | "string";
            value: string;
        };
        /**
         * EventDetail
         * @description An event with the message that it was made of: null where none was kept, or the caller
         * may not see it.
         */
        EventDetail: {
            event: components["schemas"]["TypedEvent"];
            raw: unknown;
        };
        /**
         * EventList
         * @description Events, the newest first; `next` is the marker of the page after this one.
         */
        EventList: {
            events: components["schemas"]["EventView"][];
            next: string | null;
        };
        /**
         * EventsBody
         * @description Many events at once.
         */
        EventsBody: {
            events: components["schemas"]["EventBody"][];
        };
        /**
         * EventView
         * @description What was done: `actor` is a user's name, or has a colon: `cli:` and who was at the
         * command line, `system:` and us.
         *
         *     `peer` is the address it was done from.
         */
        EventView: {
            action: string;
            actor: string;
            details: Record<string, unknown>;
            id: number;
            peer: string | null;
            project_id: string | null;
            target: string;
            time_ms: number;
        };
        /**
         * FamilyView
         * @description What went wrong when a family was asked, since the agent's start.
         */
        FamilyView: {
            errors: number;
            in_trouble: boolean;
            name: string;
            overruns: number;
            timeouts: number;
        };
        /**
         * FieldChange
         * @description What is different: a path within the alarm, what is there and what is to be; null for nothing.
         */
        FieldChange: {
            after: unknown;
            before: unknown;
            path: string;
        };
        /**
         * Fits
         * @description An alarm that fits, with the labels of its instances that do, where it has such.
         */
        Fits: {
            id: string;
            instances: {
                [key: string]: string;
            }[];
            name: string;
            project_id: string;
            /** @enum {unknown} */
            severity: "critical" | "low" | "moderate";
            /** @enum {unknown} */
            state: "alarm" | "insufficient data" | "ok";
        };
        /**
         * Flow
         * @description A count since the agent's start, and by how much it rises each second; null while nobody
         * can tell.
         */
        Flow: {
            per_s: number | null;
            total: number;
        };
        /**
         * Found
         * @description At most `limit` of each kind.
         */
        Found: {
            metrics: components["schemas"]["MetricFound"][];
            resources: components["schemas"]["ResourceBrief"][];
        };
        /**
         * GroupBody
         * @description A group of members: its bounds, whether it is being changed, and until when changes are
         * refused.
         */
        GroupBody: {
            /** @default false */
            busy?: boolean;
            /** @default null */
            cooldown_until?: (string | number) | null;
            /** @default true */
            healthy?: boolean;
            max_size: number;
            min_size: number;
        };
        /**
         * GroupChange
         * @description What is to be different; secrets among `options` that are given as they were shown stay
         * as they are.
         */
        GroupChange: {
            cooldown_in_s?: number | null;
            cooldown_out_s?: number | null;
            cooldown_s?: number;
            max_size?: number;
            min_size?: number;
            name?: string;
            options?: Record<string, unknown>;
            paused?: boolean;
            warm_up_s?: number;
        };
        /**
         * GroupDetail
         * @description A group with all that belongs to it; `warnings` say what may not work as it is meant.
         */
        GroupDetail: {
            group: components["schemas"]["GroupView"];
            members: components["schemas"]["MemberView"][];
            policies: components["schemas"]["ScalingPolicyView"][];
            warnings: string[];
        };
        /**
         * GroupedAlarm
         * @description An alarm of a group, or one of its instances, since when it fires, and what holds it back now.
         *
         * `known` is what the contact point knows of it: nothing yet (`new`), that it fires (`told`), or not yet
         * that it does
         *     not any more (`over`).
         */
        GroupedAlarm: {
            alarm: string;
            /** @enum {unknown} */
            held: "" | "inhibited" | "silenced";
            /** @enum {unknown} */
            known: "new" | "over" | "told";
            labels: {
                [key: string]: string;
            };
            reason: string;
            since_ms: number;
            value: number | null;
        };
        /**
         * GroupList
         * @description A page of groups, and the marker of the next one.
         */
        GroupList: {
            groups: components["schemas"]["GroupView"][];
            next: string | null;
        };
        /**
         * GroupView
         * @description A scaling group: `size` members are there, `desired` are to be.
         *
         * `busy` tells that a change to `changing_to` members is under way. Until the times of the cooldowns,
         * growing or
         * shrinking is refused. Without `healthy`, or `paused`, nothing changes; `problem` says what went wrong
         * last. Secrets
         *     in `options` are shown as `***`.
         */
        GroupView: {
            actuator: string;
            busy: boolean;
            changed_ms: number;
            changing_to: number | null;
            cooldown_in_s: number | null;
            cooldown_in_until_ms: number | null;
            cooldown_out_s: number | null;
            cooldown_out_until_ms: number | null;
            cooldown_s: number;
            deleting: boolean;
            desired: number;
            healthy: boolean;
            id: string;
            looked_ms: number | null;
            max_size: number;
            min_size: number;
            name: string;
            options: Record<string, unknown>;
            paused: boolean;
            problem: string;
            project_id: string;
            size: number;
            user_id: string;
            warm_up_s: number;
        };
        /**
         * Heard
         * @description A report was kept; the next one is wanted in `next_s`.
         */
        Heard: {
            next_s: number;
        };
        /**
         * History
         * @description A page of an alarm's history, newest first, and the marker of the next one.
         */
        History: {
            changes: components["schemas"]["ChangeView"][];
            next: string | null;
        };
        /**
         * ImportBody
         * @description Alarms that are to be there: made where there is none of the name in the project, changed
         * where it is another.
         *
         * With `delete` others of these projects, and of one's own where one sees no others, go. A `dry_run`
         * only tells.
         */
        ImportBody: {
            alarms: components["schemas"]["AlarmBody"][];
            /** @default false */
            delete?: boolean;
            /** @default false */
            dry_run?: boolean;
            /** @enum {unknown} */
            version: 1;
        };
        /**
         * Inhibited
         * @description An inhibition that holds, and the labels of an alarm for which it does, where the caller
         * may see that.
         */
        Inhibited: {
            by: {
                [key: string]: string;
            } | null;
            rule: string;
        };
        /**
         * Inhibition
         * @description Alarms that fit `target` are not told while one that fits `source` fires, of the same
         * values in `equal`.
         */
        Inhibition: {
            /** @default [] */
            equal?: string[];
            /** @default  */
            name?: string;
            source: components["schemas"]["Matcher"][];
            target: components["schemas"]["Matcher"][];
        };
        /**
         * InstanceList
         * @description A page of an alarm's instances, and the marker of the next one.
         */
        InstanceList: {
            instances: components["schemas"]["InstanceView"][];
            next: string | null;
        };
        /**
         * InstanceMoved
         * @description An instance of an alarm went into a state, and why.
         */
        InstanceMoved: {
            labels: {
                [key: string]: string;
            };
            reason: string;
            /** @enum {unknown} */
            state: "alarm" | "insufficient data" | "ok";
            time_ms: number;
        };
        /**
         * InstanceView
         * @description One of what an alarm watches: its labels, its state since when and why, and the value at
         * that time.
         *
         * `beyond_since_ms` is since when values have been beyond the threshold without its firing yet,
         * `cleared_since_ms`
         * since when they have been back while it still fires, `missing_since_ms` since when nothing was seen of
         * it.
         */
        InstanceView: {
            beyond_since_ms: number | null;
            cleared_since_ms: number | null;
            labels: {
                [key: string]: string;
            };
            missing_since_ms: number | null;
            reason: string;
            since_ms: number;
            /** @enum {unknown} */
            state: "alarm" | "insufficient data" | "ok";
            value: number | null;
        };
        /**
         * Journey
         * @description The stations in the order of the journey, and whether all are good.
         */
        Journey: {
            good: boolean;
            stations: components["schemas"]["Station"][];
        };
        /**
         * LastCycle
         * @description The cycle of a task that ended last; `late_s` is how long after its time it began.
         */
        LastCycle: {
            ended_ns: number;
            late_s: number;
            samples: number;
            seconds: number;
        };
        /**
         * Latest
         * @description A point: the newest one that is stored.
         */
        Latest: {
            time_ms: number;
            value: number | null;
        };
        /**
         * LatestBody
         * @description Which resources, and which names of metrics (null for all); the sparklines' span, by
         * default the last hour.
         */
        LatestBody: {
            ids: string[];
            /** @default null */
            metrics?: string[] | null;
            /** @default 60 */
            points?: number;
            /** @default null */
            start?: (string | number) | null;
            /** @default null */
            stop?: (string | number) | null;
        };
        /**
         * LetterBody
         * @description A record as text, the station that refused it, and the cause; the first 64 KiB of the
         * record are kept.
         */
        LetterBody: {
            cause: string;
            record: string;
            station: string;
        };
        /**
         * Letters
         * @description Dead letters, the newest first; `next` is the marker of the page after this one.
         */
        Letters: {
            next: string | null;
            records: components["schemas"]["LetterView"][];
        };
        /**
         * LettersBody
         * @description Records that an agent could not use.
         */
        LettersBody: {
            records: components["schemas"]["LetterBody"][];
        };
        /**
         * LetterView
         * @description A record that was refused; `project_id` is that of whoever sent it, null where nobody can
         * tell.
         */
        LetterView: {
            cause: string;
            project_id: string | null;
            record: string;
            station: string;
            time_ms: number;
        };
        /**
         * LifetimesAnswer
         * @description How many resources are new or different now, and what was refused; all other steps were taken.
         */
        LifetimesAnswer: {
            changed: number;
            refused: components["schemas"]["RefusedStep"][];
        };
        /**
         * LifetimesBody
         * @description Steps, taken in their order, and when resources begin and end by them: now, unless `at`
         * says otherwise.
         */
        LifetimesBody: {
            /** @default null */
            at?: (string | number) | null;
            steps: components["schemas"]["StepBody"][];
        };
        /**
         * Login
         * @description A user and its password; `domain` is the user's at Keystone, by default the configured one.
         */
        Login: {
            /** @default null */
            domain?: string | null;
            password: string;
            user: string;
        };
        /**
         * Matcher
         * @description A comparison of one label: equal, different, or a regular expression (RE2) that the whole
         * value is, or is not.
         */
        Matcher: {
            label: string;
            /**
             * @default =
             * @enum {unknown}
             */
            op?: "!=" | "!~" | "=" | "=~";
            value: string;
        };
        /**
         * Measures
         * @description `next_ms` is where the rest begins when the limit cut it off.
         */
        Measures: {
            measures: [
                number,
                number | null
            ][];
            /** Format: uuid */
            metric: string;
            name: string | null;
            next_ms: number | null;
            resource: components["schemas"]["ResourceBrief"] | null;
            unit: string | null;
        };
        /**
         * MemberRoles
         * @description All the roles that a user has in a project.
         */
        MemberRoles: {
            roles: ("member" | "reader" | "writer")[];
        };
        /**
         * MemberView
         * @description A member as it was last seen: `id` is the actuator's, `resource_id` how metrics call it.
         *
         *     What a `warming` one measures does not count yet; a `protected` one is not taken away.
         */
        MemberView: {
            age_s: number;
            created_ms: number;
            detail: string;
            id: string;
            name: string;
            protected: boolean;
            resource_id: string;
            /** @enum {unknown} */
            state: "failed" | "running" | "starting" | "stopping";
            warming: boolean;
        };
        /**
         * Meter
         * @description What is measured and how: `unit` is at most 31 characters.
         */
        Meter: {
            /**
             * @default gauge
             * @enum {unknown}
             */
            kind?: "cumulative" | "delta" | "gauge";
            name: string;
            /** @default  */
            unit?: string;
        };
        /**
         * MetricFound
         * @description A metric and the resource that it measures.
         */
        MetricFound: {
            /** Format: uuid */
            id: string;
            name: string | null;
            resource: components["schemas"]["ResourceBrief"] | null;
            unit: string | null;
        };
        /**
         * MetricOfResource
         * @description A metric, what is kept of it (finest granularity first), and its newest point as stored.
         */
        MetricOfResource: {
            granularities_s: number[];
            /** Format: uuid */
            id: string;
            kind: ("cumulative" | "delta" | "gauge") | null;
            latest: components["schemas"]["Latest"] | null;
            methods: string[];
            name: string;
            policy: string;
            rate: boolean;
            unit: string | null;
        };
        /**
         * MetricView
         * @description A metric, the thing it measures (by the id that its agent gives it), and its newest point
         * if it has one.
         */
        MetricView: {
            /** Format: uuid */
            id: string;
            name: string | null;
            policy: string;
            resource: string | null;
            time: string | null;
            type: string | null;
            unit: string | null;
            value: number | null;
        };
        /**
         * Moved
         * @description An alarm went into a state, and why.
         */
        Moved: {
            reason: string;
            /** @enum {unknown} */
            state: "alarm" | "insufficient data" | "ok";
            time_ms: number;
        };
        /**
         * MuteTiming
         * @description Intervals under one name: it holds when one of them does.
         */
        MuteTiming: {
            intervals: components["schemas"]["TimeInterval"][];
            name: string;
        };
        /**
         * NewContactPoint
         * @description A contact point under a name that is not taken.
         */
        NewContactPoint: {
            name: string;
            /** @default true */
            resolved?: boolean;
            targets: string[];
        };
        /**
         * NewGroup
         * @description A group to be made: its members are made by an `actuator`, as `options` say.
         *
         * Without `desired` it takes over what members there are, and makes those that `min_size` asks for.
         * `project_id` is
         *     for administrators, others make groups of their own project.
         */
        NewGroup: {
            actuator: string;
            /** @default null */
            cooldown_in_s?: number | null;
            /** @default null */
            cooldown_out_s?: number | null;
            /** @default 0 */
            cooldown_s?: number;
            /** @default null */
            desired?: number | null;
            max_size: number;
            /** @default 0 */
            min_size?: number;
            name: string;
            /** @default {} */
            options?: Record<string, unknown>;
            /** @default false */
            paused?: boolean;
            /** @default null */
            project_id?: string | null;
            /** @default 0 */
            warm_up_s?: number;
        };
        /**
         * NewMembership
         * @description A project for a new user to belong to.
         */
        NewMembership: {
            project: string;
            roles: ("member" | "reader" | "writer")[];
        };
        /**
         * NewPassword
         * @description A password that somebody else than its user sets.
         */
        NewPassword: {
            /** @default false */
            must_change_password?: boolean;
            password: string;
        };
        /**
         * NewPolicy
         * @description A policy to be made; the `type` of its rule is adjustment, target or schedule.
         */
        NewPolicy: {
            /** @default true */
            enabled?: boolean;
            name: string;
            rule: components["schemas"]["ScalingPolicy"]
                | components["schemas"]["TargetTracking"]
                | components["schemas"]["ScheduledSize"];
        };
        /**
         * NewProject
         * @description A project to be made; its id, which data carries as project_id, is the name unless it is
         * given.
         */
        NewProject: {
            /** @default  */
            description?: string;
            /** @default null */
            id?: string | null;
            name: string;
        };
        /**
         * NewSilence
         * @description Nobody is told of what fits all `matchers`, `from` a moment, by default now, `until` another.
         *
         *     `project` is as in queries: whose alarms it is about.
         */
        NewSilence: {
            /** @default  */
            comment?: string;
            /** @default null */
            from?: (string | number) | null;
            matchers: components["schemas"]["Matcher"][];
            /** @default  */
            project?: string;
            /** @description ISO 8601, epoch seconds, or relative to now, as in `-6 hours` */
            until: string | number;
        };
        /**
         * NewToken
         * @description A token to be made, for oneself or for `user`.
         *
         * Without `roles` it has all that its user has; `project_id` is by default the project in force (for
         * another user:
         * its default project), `*` stands for every project that the user may work in. Without `days` it does
         * not expire.
         */
        NewToken: {
            /** @default null */
            days?: number | null;
            name: string;
            /** @default null */
            project_id?: string | null;
            /** @default null */
            roles?: ("admin" | "member" | "operator" | "reader" | "service" | "writer")[] | null;
            /** @default null */
            user?: string | null;
        };
        /**
         * NewUser
         * @description A user to be made: a person with a password, or a service account without one;
         * `project_id` is the default.
         */
        NewUser: {
            /**
             * @default person
             * @enum {unknown}
             */
            kind?: "person" | "service";
            /** @default [] */
            memberships?: components["schemas"]["NewMembership"][];
            /** @default false */
            must_change_password?: boolean;
            name: string;
            /** @default null */
            password?: string | null;
            /** @default null */
            project_id?: string | null;
            /** @default [] */
            roles?: ("admin" | "member" | "operator" | "reader" | "service" | "writer")[];
        };
        /**
         * Outlet
         * @description A publisher, its URL without user, password and options, with what waits for it on disk.
         *
         * `sent`, `refused` and `lost` count samples and events: taken by the peer, refused by it, and dropped
         * as the spool
         *     was full or they were too old. `trouble` is what the peer, or the way to it, last had against a batch.
         */
        Outlet: {
            /** @default false */
            away?: boolean;
            /** @default 0 */
            lost?: number;
            name: string;
            /** @default 0 */
            refused?: number;
            /** @default 0 */
            sent?: number;
            /** @default  */
            trouble?: string;
            /** @default null */
            trouble_ns?: number | null;
            /** @default 0 */
            waiting?: number;
            /** @default 0 */
            waiting_bytes?: number;
        };
        /**
         * OutletView
         * @description A publisher with what waits for it on disk; `trouble` is what it last had against a batch.
         */
        OutletView: {
            away: boolean;
            in_trouble: boolean;
            lost: components["schemas"]["Flow"];
            name: string;
            refused: components["schemas"]["Flow"];
            sent: components["schemas"]["Flow"];
            trouble: string;
            trouble_ms: number | null;
            waiting: number;
            waiting_bytes: number;
        };
        /**
         * Overview
         * @description `platform` is null for those who may not see the platform; the rest is what the caller
         * may see.
         */
        Overview: {
            busiest: components["schemas"]["Busiest"];
            changes: components["schemas"]["Change"][];
            platform: components["schemas"]["Platform"] | null;
        };
        /**
         * PasswordChange
         * @description One's password as it is, and as it shall be.
         */
        PasswordChange: {
            new: string;
            old: string;
        };
        /**
         * Pipeline
         * @description What samples, or events, pass through.
         */
        Pipeline: {
            /** @default [] */
            sinks?: components["schemas"]["PipelineSink"][];
            /** @default [] */
            sources?: components["schemas"]["PipelineSource"][];
            /** @enum {unknown} */
            takes: "events" | "meters";
        };
        /**
         * PipelineSink
         * @description A sink: what has entered, its transformers in order, and its publishers by their places
         * among the outlets.
         */
        PipelineSink: {
            /** @default 0 */
            entered?: number;
            name: string;
            /** @default [] */
            outlets?: number[];
            /** @default [] */
            steps?: components["schemas"]["PipelineStep"][];
        };
        /**
         * PipelineSource
         * @description A source of a pipeline: the patterns that it takes, the sinks that it feeds, and what it
         * has taken.
         */
        PipelineSource: {
            name: string;
            sinks: string[];
            /** @default 0 */
            taken?: number;
            takes: string[];
        };
        /**
         * PipelineSourceView
         * @description A source of a pipeline, and what it takes.
         */
        PipelineSourceView: {
            name: string;
            sinks: string[];
            taken: components["schemas"]["Flow"];
            takes: string[];
        };
        /**
         * PipelineStep
         * @description A transformer, and what it has let out.
         */
        PipelineStep: {
            name: string;
            /** @default 0 */
            out?: number;
        };
        /**
         * PipelineView
         * @description What samples (`meters`), or events, pass through.
         */
        PipelineView: {
            sinks: components["schemas"]["SinkView"][];
            sources: components["schemas"]["PipelineSourceView"][];
            takes: string;
        };
        /**
         * Plan
         * @description What was done, or without `applied` is to be done: the alarms in the file's order, then
         * those that go.
         */
        Plan: {
            applied: boolean;
            steps: components["schemas"]["PlanStep"][];
        };
        /**
         * PlanStep
         * @description What becomes of one alarm; `id` is null for one that was to be made and is not yet.
         */
        PlanStep: {
            /** @enum {unknown} */
            action: "change" | "create" | "delete" | "same";
            changes: components["schemas"]["FieldChange"][];
            id: string | null;
            name: string;
            project_id: string;
        };
        /**
         * Platform
         * @description `good` when all checks are; `lag_s` is the age of the newest measure, null when there is none.
         */
        Platform: {
            checks: components["schemas"]["Check"][];
            dropped: components["schemas"]["DroppedRate"][];
            good: boolean;
            lag_s: number | null;
            rate: components["schemas"]["RateLine"];
            rate_per_s: number;
            store: components["schemas"]["StoreView"];
        };
        /**
         * Policies
         * @description All policies, by name.
         */
        Policies: {
            policies: components["schemas"]["PolicyView"][];
        };
        /**
         * PolicyBody
         * @description By how much a group changes: by so many members, to so many, or by so many percent, but
         * by a least step.
         */
        PolicyBody: {
            /** @enum {unknown} */
            adjustment_type: "change_in_capacity" | "exact_capacity" | "percent_change_in_capacity";
            /** @default null */
            min_adjustment_step?: number | null;
            scaling_adjustment: number;
        };
        /**
         * PolicyChange
         * @description What is to be different.
         */
        PolicyChange: {
            enabled?: boolean;
            name?: string;
            rule?: components["schemas"]["ScalingPolicy"]
                | components["schemas"]["TargetTracking"]
                | components["schemas"]["ScheduledSize"];
        };
        /**
         * PolicyDraft
         * @description A policy to be made; without methods it keeps mean, min, max, sum, std and count.
         */
        PolicyDraft: {
            /** @default 0 */
            back_window?: number;
            definition: components["schemas"]["DefinitionDraft"][];
            /** @default [] */
            methods?: string[];
            name: string;
        };
        /**
         * PolicyDryRun
         * @description What a signal would lead to now.
         */
        PolicyDryRun: {
            before: number;
            /** @default true */
            dry_run?: boolean;
            reason: string;
            /** @enum {unknown} */
            verdict: "accepted" | "no change" | "refused";
            wanted: number;
        };
        /**
         * PolicyPatch
         * @description Other retention of the same granularities, perhaps another back window.
         */
        PolicyPatch: {
            /** @default null */
            back_window?: number | null;
            definition: components["schemas"]["DefinitionDraft"][];
        };
        /**
         * PolicyView
         * @description A policy, finest granularity first, and how many metrics are under it.
         */
        PolicyView: {
            back_window: number;
            definition: components["schemas"]["DefinitionView"][];
            methods: string[];
            metrics: number;
            name: string;
        };
        /**
         * PollingFamily
         * @description What went wrong when a family was asked.
         */
        PollingFamily: {
            /** @default 0 */
            errors?: number;
            name: string;
            /** @default 0 */
            overruns?: number;
            /** @default 0 */
            timeouts?: number;
        };
        /**
         * PollingSource
         * @description A source of a `polling.yaml`: patterns of meters as written, and the families that are
         * asked for them here.
         */
        PollingSource: {
            /** @default [] */
            families?: string[];
            interval_s: number;
            /** @default [] */
            meters?: string[];
            name: string;
        };
        /**
         * PollingTask
         * @description What is polled together: its cycles, those that began late, what they read, and the
         * families that they ask.
         */
        PollingTask: {
            /** @default 0 */
            cycles?: number;
            /** @default [] */
            families?: string[];
            interval_s: number;
            /** @default null */
            last?: components["schemas"]["LastCycle"] | null;
            name: string;
            /** @default 0 */
            overruns?: number;
            /** @default 0 */
            samples?: number;
            shared: boolean;
        };
        /**
         * PreviewBody
         * @description A rule that need not be kept anywhere, in the words of its `type`, how it behaves, and
         * the span to try it on.
         */
        PreviewBody: {
            behaviour?: components["schemas"]["BehaviourBody"];
            /**
             * @description A rule in the words of its type, without the `type`. Of type `series` and `sql` it is
             * as `SeriesRule` and `SqlRule`. Of type `composite` it is `{"and": […]}` or `{"or": […]}`; what is
             * in the list is of that form too, or a rule with its `type`: `SeriesRule`, `SqlRule`,
             * `RecentEvents`, or one of Aodh's types `gnocchi_…_threshold` and `prometheus`.
             */
            rule: Record<string, unknown>;
            /** @default null */
            start?: (string | number) | null;
            /** @default null */
            stop?: (string | number) | null;
            type: string;
        };
        /**
         * Problem
         * @description What went wrong (RFC 9457): `field` names the argument or the place in the body, `cause`
         * is for programs.
         */
        Problem: {
            /** @default  */
            cause?: string;
            /** @default  */
            detail?: string;
            /** @default null */
            field?: unknown;
            status: number;
            title: string;
            type: string;
        };
        /**
         * ProjectList
         * @description Projects, by name.
         */
        ProjectList: {
            projects: components["schemas"]["ProjectView"][];
        };
        /**
         * ProjectPatch
         * @description What becomes different of a project; what is left out stays.
         */
        ProjectPatch: {
            description?: string;
            disabled?: boolean;
            name?: string;
        };
        /**
         * ProjectView
         * @description A project; one that only the identity service knows has no time and no count of users here.
         */
        ProjectView: {
            created_ms: number | null;
            description: string;
            disabled: boolean;
            id: string;
            name: string;
            users: number | null;
        };
        /**
         * ProtectBody
         * @description Whether a member is kept from being taken away.
         */
        ProtectBody: {
            protected: boolean;
        };
        /**
         * QueriedSeries
         * @description One outcome; `metric` and `resource` where it is that of a single metric, `group` where
         * groups were asked for.
         */
        QueriedSeries: {
            group: {
                [key: string]: string | number | boolean | null;
            } | null;
            metric: string | null;
            name: string;
            resource: components["schemas"]["ResourceBrief"] | null;
            times_ms: number[];
            unit: string | null;
            values: (number | null)[];
        };
        /**
         * QueryAnswer
         * @description At most 500 series, in the order of their groups; `notes` say what else is to be known.
         */
        QueryAnswer: {
            downsampled: boolean;
            granularity_s: number | null;
            notes: string[];
            series: components["schemas"]["QueriedSeries"][];
            start_ms: number;
            stop_ms: number;
        };
        /**
         * QueryBody
         * @description `operations` as in Gnocchi's aggregates, such as `(aggregate mean (metric cpu.util mean))`.
         *
         * Metrics are referred to by id, or by name (`*` and `?` allowed) over the resources of `resource_type`
         * that
         * `search`, filter text, finds; `groupby` names attributes by whose values resources are put together.
         * The span is
         *     the last hour by default; each series has at most `points` points, its lowest and highest staying.
         */
        QueryBody: {
            /** @default null */
            granularity_s?: number | null;
            /** @default [] */
            groupby?: string[];
            operations: string;
            /** @default 1000 */
            points?: number;
            /** @default null */
            resource_type?: string | null;
            /** @default null */
            search?: string | null;
            /** @default null */
            start?: (string | number) | null;
            /** @default null */
            stop?: (string | number) | null;
        };
        /**
         * RateLine
         * @description Measures taken in by the second, over the last hour, by all servers together.
         */
        RateLine: {
            times_ms: number[];
            values: (number | null)[];
        };
        /**
         * Reached
         * @description A route that the alarm goes: where it stands in which tree, whom it tells, and in which group.
         *
         *     `muted` says which timing keeps it from telling now, "" for none.
         */
        Reached: {
            contact_point: string;
            group: {
                [key: string]: string;
            };
            group_interval_s: number;
            group_wait_s: number;
            muted: string;
            place: string;
            project_id: string | null;
            repeat_interval_s: number;
        };
        /**
         * RecentEvents
         * @description Events as an `EventRule` means them, inside of a composite rule: beyond while one is not
         * older than `within_s`.
         *
         * It is alarm or ok, as there are such events of the alarm's project or not. `within_s` is 10 to 604800
         * s, and there
         *     are at most 20 conditions; texts have at most 255 characters.
         */
        RecentEvents: {
            /** @default * */
            event_type?: string;
            /** @default [] */
            query?: components["schemas"]["EventCondition"][];
            /** @enum {unknown} */
            type: "event";
            within_s: number;
        };
        /**
         * RefusedStep
         * @description A step that changed nothing of its resource, by its place from 0; `status` is as HTTP has
         * them.
         */
        RefusedStep: {
            reason: string;
            status: number;
            step: number;
        };
        /**
         * ResourceBrief
         * @description A resource in few words: `name` is the id that its agent gives it, `label` what people
         * call it.
         */
        ResourceBrief: {
            /** Format: uuid */
            id: string;
            label: string;
            name: string;
            project_id: string | null;
            type: string;
        };
        /**
         * ResourceDetail
         * @description A resource and its metrics, by name.
         */
        ResourceDetail: {
            metrics: components["schemas"]["MetricOfResource"][];
            resource: components["schemas"]["ResourceView"];
        };
        /**
         * Resources
         * @description A page of resources, how many match in all, and the marker of the next page.
         */
        Resources: {
            next: string | null;
            resources: components["schemas"]["ResourceView"][];
            total: number;
        };
        /**
         * ResourceTypes
         * @description Every type, by name.
         */
        ResourceTypes: {
            types: components["schemas"]["ResourceTypeView"][];
        };
        /**
         * ResourceTypeView
         * @description A type, its attributes as they are defined, and how many resources of it the caller may see.
         */
        ResourceTypeView: {
            attributes: {
                [key: string]: Record<string, unknown>;
            };
            name: string;
            resources: number;
        };
        /**
         * ResourceView
         * @description A resource as it is now; `name` is the id that its agent gives it, `label` what people
         * call it.
         */
        ResourceView: {
            attributes: {
                [key: string]: string | number | boolean | null;
            };
            creator: string | null;
            ended_ms: number | null;
            /** Format: uuid */
            id: string;
            label: string;
            name: string;
            project_id: string | null;
            revision_ms: number;
            started_ms: number;
            type: string;
            user_id: string | null;
        };
        /**
         * ResultColumn
         * @description A column of an answer; `type` as the engine calls it.
         */
        ResultColumn: {
            name: string;
            type: string;
        };
        /**
         * Revision
         * @description What a resource was from `start_ms` on until `end_ms`, null for now.
         */
        Revision: {
            attributes: {
                [key: string]: string | number | boolean | null;
            };
            end_ms: number | null;
            ended_ms: number | null;
            project_id: string | null;
            start_ms: number;
            user_id: string | null;
        };
        /**
         * Revisions
         * @description Revisions, the newest first, and the marker of the next page.
         */
        Revisions: {
            next: string | null;
            revisions: components["schemas"]["Revision"][];
        };
        /**
         * Route
         * @description Which alarms go this way, to whom, and in which groups.
         *
         * Those that are alike in the labels of `group_by` are told together; `...` stands for all labels. A new
         * group waits
         * `group_wait_s` for others, changes in a group are told `group_interval_s` apart at least, and what
         * stays as it is
         *     is told again after `repeat_interval_s`. Nothing is told while one of `mute_timings` holds, or none of
         *     `active_timings`.
         */
        Route: {
            /** @default [] */
            active_timings?: string[];
            /** @default null */
            contact_point?: string | null;
            /** @default false */
            continue?: boolean;
            /** @default null */
            group_by?: string[] | null;
            /** @default null */
            group_interval_s?: number | null;
            /** @default null */
            group_wait_s?: number | null;
            /** @default [] */
            matchers?: components["schemas"]["Matcher"][];
            /** @default [] */
            mute_timings?: string[];
            /** @default null */
            repeat_interval_s?: number | null;
            /** @default [] */
            routes?: components["schemas"]["Route"][];
        };
        /**
         * RouteGroupDetail
         * @description A group, null where all of it is over, and the newest notifications to it.
         */
        RouteGroupDetail: {
            deliveries: components["schemas"]["DeliveryView"][];
            group: components["schemas"]["RouteGroupView"] | null;
        };
        /**
         * RouteGroupList
         * @description Groups, those that were never told first, then the one told last; a thousand at most.
         */
        RouteGroupList: {
            groups: components["schemas"]["RouteGroupView"][];
        };
        /**
         * RouteGroupView
         * @description A group of alarms that are told together: when it was told last, null for never, and how
         * often.
         *
         * `next_ms` is when it is told next unless something changes: at once where that is past, never where it
         * is null.
         * `place` is where its route stands, "" where that is gone; `muted` why the route tells nobody now.
         * `count` are its
         * alarms, of which a hundred are listed; `new` and `over` those that are still to be told, held back or
         * not.
         */
        RouteGroupView: {
            alarms: components["schemas"]["GroupedAlarm"][];
            contact_point: string;
            count: number;
            inhibited: number;
            key: string;
            labels: {
                [key: string]: string;
            };
            muted: string;
            new: number;
            next_ms: number | null;
            over: number;
            place: string;
            project_id: string | null;
            silenced: number;
            times: number;
            told_ms: number | null;
        };
        /**
         * RoutingBody
         * @description The whole tree, in the place of the one of `revision`.
         */
        RoutingBody: {
            /** @default [] */
            inhibitions?: components["schemas"]["Inhibition"][];
            /** @default [] */
            mute_timings?: components["schemas"]["MuteTiming"][];
            revision: number;
            routes: components["schemas"]["Route"][];
        };
        /**
         * RoutingView
         * @description A tree of routes with the timings and inhibitions that it names; revision 0 is one that
         * nobody has written.
         */
        RoutingView: {
            changed_by: string;
            changed_ms: number;
            inhibitions: components["schemas"]["Inhibition"][];
            mute_timings: components["schemas"]["MuteTiming"][];
            project_id: string | null;
            revision: number;
            routes: components["schemas"]["Route"][];
        };
        /**
         * RuleDraft
         * @description A rule to be made.
         */
        RuleDraft: {
            archive_policy_name: string;
            metric_pattern: string;
            name: string;
        };
        /**
         * Rules
         * @description All rules, in the order in which they are tried.
         */
        Rules: {
            rules: components["schemas"]["RuleView"][];
        };
        /**
         * RuleSeries
         * @description The values that a rule looked at, by the start of their bucket; or why there are none in
         * `missing`.
         *
         *     `labels` are those of the instance, where the rule has several.
         */
        RuleSeries: {
            labels: {
                [key: string]: string;
            };
            missing: string;
            rule: Record<string, unknown>;
            threshold: number;
            times_ms: number[];
            values: (number | null)[];
        };
        /**
         * RuleView
         * @description New metrics whose name matches the pattern (`*` stands for anything) get the policy.
         */
        RuleView: {
            archive_policy_name: string;
            metric_pattern: string;
            name: string;
        };
        /**
         * SampleBatch
         * @description One batch of samples, by column: row i reads `value[i]` of `meters[meter[i]]` on
         * `resources[resource[i]]`.
         *
         *     `time_ns` counts nanoseconds since the epoch, UTC. All four columns have the same length.
         */
        SampleBatch: {
            meter: number[];
            meters: components["schemas"]["Meter"][];
            resource: number[];
            resources: components["schemas"]["SampledResource"][];
            time_ns: number[];
            value: number[];
        };
        /**
         * SampledResource
         * @description The thing measured, as its agent knows it; `id` is a UUID or any name without a slash.
         */
        SampledResource: {
            /** @default {} */
            attributes?: {
                [key: string]: string | number | boolean | null;
            };
            id: string;
            /** @default null */
            project_id?: string | null;
            /** @default generic */
            type?: string;
        };
        /**
         * ScalingPolicy
         * @description By how much a group changes when it is signalled: by that many members, to that many, or
         * by that many percent.
         *
         * `min_adjustment_step` is the least number of members that a percentage amounts to. `cooldown_s` None
         * takes the
         *     group's. `by_direction` keeps cooldowns of growing and shrinking apart.
         */
        ScalingPolicy: {
            /** @enum {unknown} */
            adjustment_type: "change_in_capacity" | "exact_capacity" | "percent_change_in_capacity";
            /** @default false */
            by_direction?: boolean;
            /** @default null */
            cooldown_s?: number | null;
            /** @default null */
            min_adjustment_step?: number | null;
            scaling_adjustment: number;
            /** @enum {unknown} */
            type: "adjustment";
        };
        /**
         * ScalingPolicyView
         * @description A policy of a group. `note` is what came last of one that decides by itself.
         *
         * `signal_url` takes a POST without credentials; it is there for those who may change the group, and ""
         * where a policy
         *     cannot be signalled. `alarm_action` is what an alarm has among its actions.
         */
        ScalingPolicyView: {
            alarm_action: string;
            changed_ms: number;
            decided_ms: number | null;
            enabled: boolean;
            group_id: string;
            id: string;
            name: string;
            note: string;
            rule: components["schemas"]["ScalingPolicy"]
                | components["schemas"]["TargetTracking"]
                | components["schemas"]["ScheduledSize"];
            signal_url: string;
        };
        /**
         * ScheduledSize
         * @description At each tick of a cron line in `timezone`, UTC for "": other bounds, and a size; None
         * leaves them as they are.
         */
        ScheduledSize: {
            cron: string;
            /** @default null */
            desired?: number | null;
            /** @default null */
            max_size?: number | null;
            /** @default null */
            min_size?: number | null;
            /** @default  */
            timezone?: string;
            /** @enum {unknown} */
            type: "schedule";
        };
        /**
         * Sent
         * @description The keys of the notifications that are on their way, in the order of the targets.
         */
        Sent: {
            deliveries: string[];
        };
        /**
         * SeriesAnswer
         * @description In the order asked for; `granularity_s` is the coarsest of all, `downsampled` when points
         * were left out.
         */
        SeriesAnswer: {
            downsampled: boolean;
            granularity_s: number | null;
            method: string;
            notes: components["schemas"]["SeriesNote"][];
            series: components["schemas"]["SeriesView"][];
            start_ms: number;
            stop_ms: number;
        };
        /**
         * SeriesBody
         * @description Which metrics and which of their stored methods; the span, by default the last hour.
         *
         * Without `granularity_s` each series is as fine as its policy keeps it for the span, or finer where the
         * span is
         *     short and measures come more often. `points` bounds each series:
         * one that has more is thinned, its lowest and highest points staying. With `rate` null counters are
         * shown as their
         *     growth by the second; true and false decide for all metrics.
         */
        SeriesBody: {
            /** @default null */
            granularity_s?: number | null;
            /** @default mean */
            method?: string;
            metrics: string[];
            /** @default 1000 */
            points?: number;
            /** @default null */
            rate?: boolean | null;
            /** @default null */
            start?: (string | number) | null;
            /** @default null */
            stop?: (string | number) | null;
        };
        /**
         * SeriesNote
         * @description What is to be known about one metric of the answer, or about one that is not in it.
         */
        SeriesNote: {
            /** Format: uuid */
            metric: string;
            text: string;
        };
        /**
         * SeriesRule
         * @description The metrics of that name of all resources that a search finds (`query`, as JSON text; ""
         * for all).
         *
         * Each series is read with a method that its archive policy keeps (`rate:mean`: rates of each resource).
         * Without
         * `across` each resource is an instance; with it the series of an instance are put together: all of
         * them, or those
         * whose resources have the same values of `group_by`. Of an instance the newest `evaluation_periods`
         * closed buckets,
         *     each `granularity` seconds wide, are judged: beyond where `value comparison_operator threshold`.
         */
        SeriesRule: {
            /** @default null */
            across?: string | null;
            /** @default mean */
            aggregation_method?: string;
            /** @default null */
            compare?: (components["schemas"]["Earlier"] | components["schemas"]["Band"]) | null;
            /**
             * @default gt
             * @enum {unknown}
             */
            comparison_operator?: "eq" | "ge" | "gt" | "le" | "lt" | "ne";
            /** @default 1 */
            evaluation_periods?: number;
            /** @default 60 */
            granularity?: number;
            /** @default [] */
            group_by?: string[];
            metric: string;
            /** @default  */
            query?: string;
            /** @default generic */
            resource_type?: string;
            threshold: number;
            /** @enum {unknown} */
            type: "series";
        };
        /**
         * SeriesView
         * @description One metric's points; `rate` when they are growth by the second, which the unit then says too.
         */
        SeriesView: {
            granularity_s: number;
            /** Format: uuid */
            metric: string;
            name: string | null;
            rate: boolean;
            resource: components["schemas"]["ResourceBrief"] | null;
            times_ms: number[];
            unit: string | null;
            values: (number | null)[];
        };
        /**
         * Session
         * @description Who one is: the roles in force, the project in force (`*` for all that one may see), and
         * one's own projects.
         *
         * `csrf` goes into the header X-CSRF-Token of requests that change something; it is empty, and
         * `expires_ms` null,
         * without a session. With `must_change_password` nothing else is allowed until another password is
         * chosen.
         */
        Session: {
            csrf: string;
            expires_ms: number | null;
            /** @enum {unknown} */
            identity: "headers" | "keystone" | "local";
            must_change_password: boolean;
            project: string;
            projects: components["schemas"]["SessionProject"][];
            roles: string[];
            sees_all: boolean;
            user: string;
        };
        /**
         * SessionProject
         * @description A project that one belongs to, and one's roles in force there.
         */
        SessionProject: {
            id: string;
            name: string;
            roles: string[];
        };
        /**
         * SharedSlots
         * @description The part that the agent holds in the central work of its group.
         */
        SharedSlots: {
            group: string;
            held: number;
            slots: number;
        };
        /**
         * SharedWorkReport
         * @description Who asks, and what of the slots that it holds.
         *
         * The group's work lies in `slots` slots; those granted are held for `ttl_s`. Who wants to `leave`
         * releases all.
         */
        SharedWorkReport: {
            /** @default [] */
            held?: components["schemas"]["SlotReport"][];
            holder: string;
            /** @default false */
            leave?: boolean;
            /** @default 64 */
            slots?: number;
            /** @default 15 */
            ttl_s?: number;
        };
        /**
         * Silenced
         * @description A silence that holds; of those for all projects, who does not see them is told no more
         * than until when.
         */
        Silenced: {
            comment: string;
            id: string | null;
            until_ms: number;
        };
        /**
         * SilenceList
         * @description A page of silences, and the marker of the next one.
         */
        SilenceList: {
            next: string | null;
            silences: components["schemas"]["SilenceView"][];
        };
        /**
         * SilencePatch
         * @description What becomes different of a silence that is not over; what is left out stays.
         */
        SilencePatch: {
            comment?: string;
            /** @description ISO 8601, epoch seconds, or relative to now, as in `-6 hours` */
            from?: string | number;
            matchers?: components["schemas"]["Matcher"][];
            /** @description ISO 8601, epoch seconds, or relative to now, as in `-6 hours` */
            until?: string | number;
        };
        /**
         * SilencePreview
         * @description How many alarms fit, how many of them fire now, and some of them, those that fire first.
         *
         *     `looked_at` alarms were held against the matchers; `whole` tells whether those were all.
         */
        SilencePreview: {
            alarms: components["schemas"]["Fits"][];
            count: number;
            firing: number;
            looked_at: number;
            whole: boolean;
        };
        /**
         * SilencePreviewBody
         * @description Matchers, and whose alarms they are held against.
         */
        SilencePreviewBody: {
            matchers: components["schemas"]["Matcher"][];
            /** @default  */
            project?: string;
        };
        /**
         * SilenceView
         * @description A silence; `project_id` is null for one about the alarms of all projects.
         */
        SilenceView: {
            author: string;
            changed_ms: number;
            comment: string;
            created_ms: number;
            from_ms: number;
            id: string;
            matchers: components["schemas"]["Matcher"][];
            project_id: string | null;
            /** @enum {unknown} */
            state: "active" | "expired" | "pending";
            until_ms: number;
        };
        /**
         * SinkView
         * @description A sink: what enters, its transformers in order, and its publishers by their places among
         * the outlets.
         */
        SinkView: {
            entered: components["schemas"]["Flow"];
            name: string;
            outlets: number[];
            steps: components["schemas"]["StepView"][];
        };
        /**
         * SizeBody
         * @description How many members there are to be.
         */
        SizeBody: {
            size: number;
        };
        /**
         * SlotGrant
         * @description A slot that is held, until `ttl_s` after the answer was asked for.
         *
         * For one that is new to the holder, `claims` and `state` are what the holder before left; else they are
         * empty.
         */
        SlotGrant: {
            /** @default {} */
            claims?: {
                [key: string]: number;
            };
            fencing: number;
            slot: number;
            /** @default null */
            state?: string | null;
        };
        /**
         * SlotReport
         * @description What a holder says of a slot: `fencing` as it was given with it, `claims` the last number
         * that it did of each task.
         *
         * `state` is what work in the slot remembers, for the next holder; None leaves what is there. `release`
         * gives the
         *     slot back.
         */
        SlotReport: {
            /** @default {} */
            claims?: {
                [key: string]: number;
            };
            fencing: number;
            /** @default false */
            release?: boolean;
            slot: number;
            /** @default null */
            state?: string | null;
        };
        /**
         * Sparkline
         * @description A metric of a resource with its newest point and a small chart.
         *
         *     Counters (`rate`) are shown as growth by the second; their newest point is that of the chart.
         */
        Sparkline: {
            latest: components["schemas"]["Latest"] | null;
            /** Format: uuid */
            metric: string;
            name: string;
            policy: string;
            rate: boolean;
            /** Format: uuid */
            resource: string;
            times_ms: number[];
            unit: string | null;
            values: (number | null)[];
        };
        /**
         * Sparklines
         * @description In the order of the resources asked for, then by name.
         */
        Sparklines: {
            series: components["schemas"]["Sparkline"][];
        };
        /**
         * SqlRule
         * @description A statement over the views of SQL, run every `every_s` seconds: each row is an instance,
         * its texts are the labels.
         *
         * A row is beyond where `value comparison_operator threshold` holds of its column `value`; "": where it
         * is at all.
         */
        SqlRule: {
            /**
             * @default gt
             * @enum {unknown}
             */
            comparison_operator?: "eq" | "ge" | "gt" | "le" | "lt" | "ne";
            /** @default 60 */
            every_s?: number;
            sql: string;
            /** @default 0 */
            threshold?: number;
            /** @enum {unknown} */
            type: "sql";
            /** @default  */
            value?: string;
        };
        /**
         * State
         * @description How far a statement is: `waiting` for its turn, or `running`.
         */
        State: {
            /** @default 0 */
            bytes_read?: number;
            /** @default 0 */
            rows_read?: number;
            /** @default 0 */
            rows_total?: number;
            /** @default 0 */
            seconds?: number;
            state: string;
        };
        /**
         * Statement
         * @description One SELECT over the views; by an `id` of one's own it can be watched and cancelled while
         * it runs.
         */
        Statement: {
            /** @default null */
            id?: string | null;
            sql: string;
        };
        /**
         * Station
         * @description One stop of the journey: `good` or not, what was found there, and what to do when it is
         * not good.
         */
        Station: {
            /** @default  */
            advice?: string;
            found: string;
            good: boolean;
            station: string;
        };
        /**
         * Status
         * @description Counters since the start, drops by station and cause, and the size of each table.
         */
        Status: {
            commit_seconds: number;
            commits: number;
            dropped: components["schemas"]["Dropped"][];
            measures_accepted: number;
            metrics: number;
            tables: components["schemas"]["TableSize"][];
            uptime_s: number;
            version: string;
        };
        /**
         * StepBody
         * @description What becomes of one resource: it is created, unless it is there; it is updated, or it
         * ends, if it is there.
         *
         *     `fields` are `user_id`, `project_id`, `started_at`, `ended_at`, and attributes of its type.
         */
        StepBody: {
            /** @default [] */
            associates?: components["schemas"]["AssociatesBody"][];
            /** @enum {unknown} */
            do: "create" | "end" | "update";
            /** @default {} */
            fields?: {
                [key: string]: string | number | boolean | null;
            };
            id: string;
            type: string;
        };
        /**
         * StepView
         * @description A transformer, and what it lets out.
         */
        StepView: {
            name: string;
            out: components["schemas"]["Flow"];
        };
        /**
         * StoreView
         * @description What the store holds; the growth is null until there is history enough to tell.
         */
        StoreView: {
            bytes: number;
            bytes_per_row: number | null;
            disk_free_bytes: number;
            growth_bytes_per_day: number | null;
            rows: number;
        };
        /**
         * TableSize
         * @description What one table of the store holds.
         */
        TableSize: {
            bytes: number;
            parts: number;
            rows: number;
            table: string;
        };
        /**
         * TargetBody
         * @description What the mean of a value that all members share is to be, and what it is.
         */
        TargetBody: {
            target: number;
            value: number;
        };
        /**
         * TargetTracking
         * @description As many members as bring the mean of a metric over them to `target`; decided once a
         * bucket of `granularity`, s.
         *
         * Read are the resources that are called as the members say, or those of `resource_type` that the search
         * `query`
         * finds, as JSON. `method` is one that their archive policy keeps. Cooldowns None take the group's;
         * these are always
         *     kept by direction.
         */
        TargetTracking: {
            /** @default null */
            cooldown_in_s?: number | null;
            /** @default null */
            cooldown_out_s?: number | null;
            /** @default 60 */
            granularity?: number;
            /** @default mean */
            method?: string;
            metric: string;
            /** @default  */
            query?: string;
            /** @default generic */
            resource_type?: string;
            target: number;
            /** @enum {unknown} */
            type: "target";
        };
        /**
         * TaskView
         * @description What is polled together; it is in trouble when cycles begin late, or a family that it asks is.
         */
        TaskView: {
            cycles: number;
            in_trouble: boolean;
            interval_s: number;
            last: components["schemas"]["CycleView"] | null;
            name: string;
            overruns: number;
            samples: components["schemas"]["Flow"];
            shared: boolean;
        };
        /**
         * TimeInterval
         * @description When all of its parts hold, in the time of `location`; UTC without one.
         */
        TimeInterval: {
            /** @default [] */
            days_of_month?: string[];
            /** @default  */
            location?: string;
            /** @default [] */
            months?: string[];
            /** @default [] */
            times?: components["schemas"]["TimeRange"][];
            /** @default [] */
            weekdays?: string[];
            /** @default [] */
            years?: string[];
        };
        /**
         * Timeline
         * @description Counts by type, the most frequent first; each step begins at its time and is `step_s` long.
         */
        Timeline: {
            step_s: number;
            times_ms: number[];
            types: components["schemas"]["TypeCounts"][];
        };
        /**
         * TimeRange
         * @description From a time of the day up to another, without that: "09:00" to "17:00", or to "24:00".
         */
        TimeRange: {
            end_time: string;
            start_time: string;
        };
        /**
         * TokenList
         * @description Tokens, the oldest first.
         */
        TokenList: {
            tokens: components["schemas"]["TokenView"][];
        };
        /**
         * TokenMade
         * @description A new token with its secret, which is never shown again.
         */
        TokenMade: {
            secret: string;
            token: components["schemas"]["TokenView"];
        };
        /**
         * TokenView
         * @description A token without its secret; with `project_id` null it works wherever its user may.
         */
        TokenView: {
            created_ms: number;
            expires_ms: number | null;
            id: string;
            last_used_ms: number | null;
            name: string;
            project_id: string | null;
            roles: string[];
            user: string;
        };
        /**
         * TraitBody
         * @description One fact of an event; a `datetime` is in ns since the epoch, UTC.
         */
        TraitBody: {
            name: string;
            /** @enum {unknown} */
            type: "datetime" | "float" | "integer" | "text";
            value: string | number;
        };
        /**
         * TraitFound
         * @description A trait that events of the span have, and its kind.
         */
        TraitFound: {
            name: string;
            /** @enum {unknown} */
            type: "datetime" | "float" | "integer" | "text";
        };
        /**
         * TraitView
         * @description One fact of an event; a `datetime` is in ns since the epoch, UTC.
         */
        TraitView: {
            name: string;
            /** @enum {unknown} */
            type: "datetime" | "float" | "integer" | "text";
            value: string | number;
        };
        /**
         * Tried
         * @description What becomes of an alarm with these labels; `told` are the contact points that would hear
         * of it now.
         */
        Tried: {
            inhibited: components["schemas"]["Inhibited"][];
            labels: {
                [key: string]: string;
            };
            routes: components["schemas"]["Reached"][];
            silenced: components["schemas"]["Silenced"][];
            told: string[];
        };
        /**
         * TryBody
         * @description An alarm by its id, with the labels of one of its instances or none; or labels alone.
         *
         * `at_ms` is the moment that timings and silences are looked at, by default now. `project` is as in
         * queries, for
         *     labels alone; those of a project go through its own routes and through those for all.
         */
        TryBody: {
            /** @default  */
            alarm?: string;
            /** @default null */
            at_ms?: number | null;
            /** @default {} */
            labels?: {
                [key: string]: string;
            };
            /** @default  */
            project?: string;
        };
        /**
         * TypeCounts
         * @description Events of one type in each step; an empty type is all that are rarer than those told apart.
         */
        TypeCounts: {
            counts: number[];
            events: number;
            type: string;
        };
        /**
         * TypedEvent
         * @description An event; `resource` is the name of the resource that it is about, null where no trait tells.
         */
        TypedEvent: {
            generated_ns: number;
            id: string;
            project_id: string | null;
            resource: string | null;
            time_ms: number;
            traits: components["schemas"]["TraitView"][];
            type: string;
        };
        /**
         * TypedEvents
         * @description Events, the newest first; `next` is the marker of the page after this one.
         */
        TypedEvents: {
            events: components["schemas"]["TypedEvent"][];
            next: string | null;
        };
        /**
         * TypeFound
         * @description A type, how many events it has in the span, and when the newest was.
         */
        TypeFound: {
            events: number;
            newest_ms: number;
            type: string;
        };
        /**
         * TypesFound
         * @description Types, the most frequent first, and the traits of all their events by name.
         */
        TypesFound: {
            traits: components["schemas"]["TraitFound"][];
            types: components["schemas"]["TypeFound"][];
        };
        /**
         * UserList
         * @description All users, by name.
         */
        UserList: {
            users: components["schemas"]["UserView"][];
        };
        /**
         * UserMembership
         * @description A project that a user belongs to, and the roles that it has there.
         */
        UserMembership: {
            project: string;
            roles: string[];
        };
        /**
         * UserPatch
         * @description What becomes different of a user; what is left out stays.
         */
        UserPatch: {
            disabled?: boolean;
            must_change_password?: boolean;
            project_id?: string | null;
            roles?: ("admin" | "member" | "operator" | "reader" | "service" | "writer")[];
        };
        /**
         * UserView
         * @description A local user: `roles` hold everywhere, those of a membership in its project alone.
         */
        UserView: {
            created_ms: number;
            disabled: boolean;
            /** @enum {unknown} */
            kind: "person" | "service";
            memberships: components["schemas"]["UserMembership"][];
            must_change_password: boolean;
            name: string;
            project_id: string | null;
            roles: string[];
        };
        /**
         * Views
         * @description Everything that SQL can read.
         */
        Views: {
            views: components["schemas"]["ViewView"][];
        };
        /**
         * ViewView
         * @description A view that SQL can read.
         */
        ViewView: {
            columns: components["schemas"]["ColumnView"][];
            meaning: string;
            name: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_agents: {
        parameters: {
            query?: {
                limit?: number;
                marker?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agents"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_report: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentReport"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Heard"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_agent: {
        parameters: {
            query?: {
                project?: string | null;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentDetail"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_alarms: {
        parameters: {
            query?: {
                enabled?: boolean | null;
                failing?: boolean | null;
                limit?: number;
                marker?: string;
                match?: string;
                project?: string;
                severity?: ("critical" | "low" | "moderate") | null;
                silenced?: boolean | null;
                sort?: string;
                state?: ("alarm" | "insufficient data" | "ok") | null;
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlarmList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_alarm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlarmBody"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlarmView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_alarm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlarmDetail"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replace_alarm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlarmBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlarmView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_alarm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_history: {
        parameters: {
            query?: {
                limit?: number;
                marker?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["History"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_instances: {
        parameters: {
            query?: {
                limit?: number;
                marker?: string;
                state?: ("alarm" | "insufficient data" | "ok") | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InstanceList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_past: {
        parameters: {
            query?: {
                start?: (string | number) | null;
                stop?: (string | number) | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlarmPast"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enable: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnabledBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_alarms: {
        parameters: {
            query?: {
                enabled?: boolean | null;
                match?: string;
                project?: string;
                secrets?: boolean;
                severity?: ("critical" | "low" | "moderate") | null;
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlarmFile"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    import_alarms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlarmPast"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_policies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policies"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_policy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PolicyDraft"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_policy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_policy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_policy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PolicyPatch"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_rules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rules"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_rule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleDraft"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_rule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_events: {
        parameters: {
            query?: {
                action?: string | null;
                actor?: string | null;
                limit?: number;
                marker?: string | null;
                start?: (string | number) | null;
                stop?: (string | number) | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_backup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackupProgress"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_backup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BackupWish"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackupMade"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_points: {
        parameters: {
            query?: {
                project?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactPointList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_point: {
        parameters: {
            query?: {
                project?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewContactPoint"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactPointView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_point: {
        parameters: {
            query?: {
                project?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactPointView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_point: {
        parameters: {
            query?: {
                project?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ContactPointBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactPointView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_point: {
        parameters: {
            query?: {
                project?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_test: {
        parameters: {
            query?: {
                project?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sent"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_dead_letters: {
        parameters: {
            query?: {
                cause?: string;
                limit?: number;
                marker?: string | null;
                start?: (string | number) | null;
                station?: string;
                stop?: (string | number) | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Letters"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_dead_letters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LettersBody"];
            };
        };
        responses: {
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_delivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryDetail"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_again: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryDetail"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_typed_events: {
        parameters: {
            query?: {
                filter?: string;
                limit?: number;
                marker?: string | null;
                project?: string;
                resource?: string;
                start?: (string | number) | null;
                stop?: (string | number) | null;
                text?: string;
                trait?: string[];
                type?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TypedEvents"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_events: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EventsBody"];
            };
        };
        responses: {
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_event: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventDetail"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    count_events: {
        parameters: {
            query?: {
                buckets?: number;
                filter?: string;
                project?: string;
                resource?: string;
                start?: (string | number) | null;
                stop?: (string | number) | null;
                text?: string;
                trait?: string[];
                type?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_event_types: {
        parameters: {
            query?: {
                filter?: string;
                project?: string;
                resource?: string;
                start?: (string | number) | null;
                stop?: (string | number) | null;
                text?: string;
                trait?: string[];
                type?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TypesFound"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_journey: {
        parameters: {
            query?: {
                alarm?: string | null;
                metric?: string | null;
                resource?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Journey"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_metrics: {
        parameters: {
            query?: {
                limit?: number;
                match?: string;
                resource?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricView"][];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_measures: {
        parameters: {
            query?: {
                format?: "csv" | "json";
                limit?: number;
                start?: (string | number) | null;
                stop?: (string | number) | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Measures"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, unknown>;
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_overview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_projects: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_project: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewProject"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_project: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_project: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectPatch"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                user: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberRoles"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserMembership"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    run_query: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QueryBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueryAnswer"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_resource_types: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResourceTypes"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_resources: {
        parameters: {
            query?: {
                attribute?: string[];
                ended?: boolean;
                limit?: number;
                marker?: string;
                match?: string;
                project?: string;
                sort?: string;
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Resources"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_resource: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResourceDetail"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_revisions: {
        parameters: {
            query?: {
                limit?: number;
                marker?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Revisions"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_latest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LatestBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sparklines"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    carry_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LifetimesBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LifetimesAnswer"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_tree: {
        parameters: {
            query?: {
                project?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoutingView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_tree: {
        parameters: {
            query?: {
                project?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoutingBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoutingView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_route_groups: {
        parameters: {
            query?: {
                alarm?: string;
                project?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RouteGroupList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_route_group: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RouteGroupDetail"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    try_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TryBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tried"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_samples: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SampleBatch"];
            };
        };
        responses: {
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dry_run: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DryRunBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DryRun"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_scaling_groups: {
        parameters: {
            query?: {
                actuator?: string;
                limit?: number;
                marker?: string;
                project?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_group: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewGroup"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupDetail"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_group: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupDetail"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_group: {
        parameters: {
            query?: {
                members?: "" | "keep" | "remove";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_group: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GroupChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupDetail"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_decisions: {
        parameters: {
            query?: {
                cause?: ("hand" | "reconcile" | "schedule" | "signal" | "target") | null;
                limit?: number;
                marker?: string;
                policy?: string;
                verdict?: ("accepted" | "no change" | "refused") | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_members: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberView"][];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    protect: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                member: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProtectBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_scaling_policies: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScalingPolicyView"][];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_scaling_policy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPolicy"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScalingPolicyView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_size: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SizeBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_scaling_policy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScalingPolicyView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_scaling_policy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_scaling_policy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PolicyChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScalingPolicyView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dry_run_policy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyDryRun"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScalingPolicyView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signal_by_address: {
        parameters: {
            query?: {
                signature?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search_everything: {
        parameters: {
            query: {
                limit?: number;
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Found"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_series: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SeriesBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeriesAnswer"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    divide: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                group: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SharedWorkReport"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Division"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_silences: {
        parameters: {
            query?: {
                limit?: number;
                marker?: string;
                project?: string;
                state?: ("active" | "expired" | "pending") | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SilenceList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_silence: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSilence"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SilenceView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_silence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SilenceView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_silence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SilencePatch"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SilenceView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    expire_silence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SilenceView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview_silence: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SilencePreviewBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SilencePreview"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_sql: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Statement"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_statement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["State"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_statement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_views: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Views"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_tokens: {
        parameters: {
            query?: {
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewToken"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenMade"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_user: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUser"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserPatch"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_user_password: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPassword"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
