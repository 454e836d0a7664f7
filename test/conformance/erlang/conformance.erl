%% Runs scenarios on real OTP, one after the other in one virtual machine, and prints what happened in each step.
%% Must not know what is expected.
-module(conformance).
-export([main/1]).

%% Limit: rounds without a change before the machine counts as quiet; one was enough in 20,000 scenarios, three is for certain.
-define(QUIET_ROUNDS, 3).
-define(ELIXIR, 'Elixir.ConformanceElixir').

main([File]) ->
    logger:set_primary_config(level, none),
    {ok, Scenarios} = file:consult(File),
    conformance_trace:open(),
    lists:foreach(fun run/1, Scenarios),
    halt(0).

run(#{id := Id, steps := Steps} = Scenario) ->
    conformance_trace:reset(),
    Base = processes(),
    Owner = spawn(fun() -> process_flag(priority, high), process_flag(trap_exit, true), own(Scenario) end),
    Watcher = spawn(fun() -> process_flag(priority, high), watch() end),
    World = #{owner => Owner, watcher => Watcher, scenario => Scenario, base => Base},
    lists:foldl(fun(Step, N) -> step(N, Step, World), N + 1 end, 1, Steps),
    Lines = [[Observer, $\t, Text, $\n] || {Observer, Text} <- [{text(O), T} || {O, T} <- conformance_trace:events()]],
    io:put_chars([$=, text(Id), $\n, Lines]),
    clear(Base).

step(N, Step, #{base := Base} = World) ->
    conformance_trace:add(step, io_lib:format("~p", [N])),
    case Step of
        [wait, Ms] -> timer:sleep(Ms);
        [do, Ops] -> client(N, Ops, World);
        _ -> client(N, [Step], World)
    end,
    quiet(Base, 0, conformance_trace:size()).

client(N, Ops, World) ->
    Observer = list_to_atom(lists:concat(["client ", N])),
    spawn(fun() ->
        process_flag(priority, high),
        [answer(Observer, said(Op, World)) || Op <- Ops]
    end).

%% A generated scenario may name one who was never started.
said(Op, World) ->
    try perform(Op, World)
    catch exit:{unknown_label, _} -> "nobody"
    end.

answer(_, silent) -> ok;
answer(Observer, Text) -> conformance_trace:add(Observer, ["=> ", Text]).

%% Quiet: everybody waits, for some rounds in which each that could run had its turn (there is one scheduler).
quiet(_, ?QUIET_ROUNDS, _) -> ok;
quiet(Base, Rounds, Size) ->
    erlang:yield(),
    Waits = lists:all(fun waits/1, processes() -- Base),
    case conformance_trace:size() of
        Size when Waits -> quiet(Base, Rounds + 1, Size);
        Other -> quiet(Base, 0, Other)
    end.

waits(Pid) ->
    case process_info(Pid, status) of
        {status, waiting} -> true;
        undefined -> true;
        _ -> false
    end.

clear(Base) ->
    case processes() -- Base of
        [] -> ok;
        Left -> [exit(Pid, kill) || Pid <- Left], erlang:yield(), clear(Base)
    end.

own(#{tree := Tree} = Scenario) ->
    receive
        {start, From} ->
            Result = conformance_actor:start_supervisor(Tree),
            Said =
                case Result of
                    {ok, _} -> "ok";
                    ignore -> "ignored";
                    {error, Reason} ->
                        %% OTP 25 leaves an EXIT of a failed start behind, later ones do not: kept only where the scenario is about it.
                        case Scenario of
                            #{keepsExit := true} -> ok;
                            _ -> receive {'EXIT', _, _} -> ok after 1000 -> exit(no_exit_after_failed_start) end
                        end,
                        ["error ", text(Reason)]
                end,
            From ! {started, Said};
        {signal, Pid, Reason} ->
            exit(Pid, Reason);
        {'EXIT', Pid, Reason} ->
            conformance_trace:add(owner, io_lib:format("owner heard EXIT(~ts,~ts)", [text(Pid), text(Reason)]))
    end,
    own(Scenario);
own(Scenario) ->
    own(Scenario#{tree => #{id => top, strategy => one_for_one, children => []}}).

watch() ->
    receive
        {watch, From, Pid} ->
            erlang:monitor(process, Pid),
            From ! watched;
        {'DOWN', _, process, Pid, Reason} ->
            conformance_trace:add(watcher, io_lib:format("DOWN(~ts,~ts)", [text(Pid), text(Reason)]))
    end,
    watch().

perform([start], #{owner := Owner}) -> Owner ! {start, self()}, receive {started, Said} -> Said end;
perform([spawn, Spec], _) -> started(conformance_actor:start_worker(start, Spec));
perform([watch, L], #{watcher := Watcher}) -> Watcher ! {watch, self(), pid(L)}, receive watched -> silent end;
perform([kill, L], _) -> exit(pid(L), kill), silent;
perform([exit, L, R], _) -> exit(pid(L), conformance_actor:reason(R)), silent;
perform(['parent-exit', L, R], #{owner := Owner}) -> Owner ! {signal, pid(L), conformance_actor:reason(R)}, silent;
perform([send, L, M], _) -> pid(L) ! M, silent;
perform([release, L], _) -> conformance_trace:release(pid(L)), silent;
perform([cast, L, Op], _) -> gen_server:cast(pid(L), Op), silent;
perform(['call', L, Op], World) -> perform(['call', L, Op, 5000], World);
perform(['call', L, Op, Timeout], _) -> caught(fun() -> text(gen_server:call(pid(L), Op, Timeout)) end);
perform(['cast-name', Name, Op], _) -> gen_server:cast(Name, Op), silent;
perform(['call-name', Name, Op], _) -> caught(fun() -> text(gen_server:call(Name, Op)) end);
perform(['send-name', Name, M], _) -> try Name ! M, silent catch error:badarg -> "name_unknown" end;
perform([stop, L], World) -> perform([stop, L, normal, infinity], World);
perform([stop, L, R], World) -> perform([stop, L, R, infinity], World);
perform([stop, L, R, Timeout], _) ->
    caught(fun() -> text(gen_server:stop(pid(L), conformance_actor:reason(R), Timeout)) end);
perform(['stop-living', L, R], World) ->
    case is_process_alive(pid(L)) of
        false -> "down";
        true ->
            cleaned(perform([stop, L, R], World))
    end;
perform([alive, L], _) -> text(is_process_alive(pid(L)));
perform([where, Name], _) ->
    case whereis(Name) of undefined -> "undefined"; Pid -> text(Pid) end;
perform([which, L], _) -> caught(fun() -> children(pid(L), supervisor:which_children(pid(L))) end);
perform([count, L], _) -> caught(fun() -> counts(pid(L), supervisor:count_children(pid(L))) end);
perform(['count-specs', L], _) ->
    caught(fun() -> io_lib:format("specs ~p", [proplists:get_value(specs, supervisor:count_children(pid(L)))]) end);
perform(['start-child', L, Spec], _) ->
    caught(fun() ->
        case {conformance_trace:kept({elixir, pid(L)}), conformance_trace:is_dynamic(pid(L))} of
            {true, _} -> started(?ELIXIR:start_child(pid(L), Spec));
            {_, true} -> started(supervisor:start_child(pid(L), [Spec]));
            {_, false} -> started(supervisor:start_child(pid(L), conformance_actor:child_spec(Spec)))
        end
    end);
perform(['terminate-child', L, Id], _) ->
    caught(fun() ->
        case conformance_trace:is_dynamic(pid(L)) of
            true -> plain(supervisor:terminate_child(pid(L), pid(Id)));
            false -> plain(supervisor:terminate_child(pid(L), Id))
        end
    end);
perform(['restart-child', L, Id], _) -> caught(fun() -> started(supervisor:restart_child(pid(L), Id)) end);
perform(['delete-child', L, Id], _) -> caught(fun() -> plain(supervisor:delete_child(pid(L), Id)) end);
perform([spec, L, Id], _) ->
    caught(fun() ->
        Which = case conformance_trace:is_dynamic(pid(L)) of true -> pid(Id); false -> Id end,
        case supervisor:get_childspec(pid(L), Which) of
            {ok, Spec} ->
                #{restart := R, shutdown := S, type := T} = Spec,
                io_lib:format("restart ~w shutdown ~w type ~w significant ~w", [R, S, T, maps:get(significant, Spec, false)]);
            Other ->
                plain(Other)
        end
    end);
perform([reconfigure, L, Spec], _) ->
    caught(fun() ->
        Sup = pid(L),
        conformance_trace:keep({changed, Sup}, Spec),
        ok = sys:suspend(Sup, infinity),
        Result = sys:change_code(Sup, conformance_actor, undefined, [], infinity),
        ok = sys:resume(Sup, infinity),
        plain(case Result of {error, {error, Why}} -> {error, Why}; _ -> Result end)
    end);
perform([suspend, L], _) -> caught(fun() -> text(sys:suspend(pid(L), infinity)) end);
perform([resume, L], _) -> caught(fun() -> text(sys:resume(pid(L), infinity)) end);
perform([state, L], _) -> caught(fun() -> text(maps:get(value, sys:get_state(pid(L), infinity))) end);
perform(['replace-state', L, V], _) ->
    caught(fun() -> text(maps:get(value, sys:replace_state(pid(L), fun(S) -> S#{value := V} end, infinity))) end);
perform([collect, Requests], _) ->
    Collection = lists:foldl(
        fun([L, Op], C) -> gen_server:send_request(pid(L), Op, L, C) end, gen_server:reqids_new(), Requests),
    collected(gen_server:receive_response(Collection, infinity, true));
%% Anything else is Elixir's: there only where the machine was started by it.
perform(Op, World) ->
    caught(fun() -> ?ELIXIR:perform(Op, World) end).

collected(no_request) ->
    "all";
collected({Outcome, L, Collection}) ->
    Said = case Outcome of {reply, Value} -> text(Value); {error, {Reason, _}} -> ["exit ", text(Reason)] end,
    conformance_trace:add(collector, [text(L), ": ", Said]),
    collected(gen_server:receive_response(Collection, infinity, true)).

%% An end that is clean in another way than was asked for is answered otherwise by us, on purpose.
cleaned(["exit ", Reason]) ->
    case lists:flatten(Reason) of
        "normal" -> "ok";
        "shutdown" ++ _ -> "ok";
        Other -> ["exit ", Other]
    end;
cleaned(Said) ->
    Said.

caught(Ask) ->
    try Ask()
    catch
        exit:{unknown_label, _} -> "nobody";
        exit:Reason -> ["exit ", text(Reason)]
    end.

started({ok, undefined}) -> "ignored";
started(ignore) -> "ignored";
started({ok, Pid}) -> ["ok ", text(Pid)];
started({ok, Pid, Extra}) -> ["ok ", text(Pid), " extra ", text(Extra)];
started(Other) -> plain(Other).

plain(ok) -> "ok";
plain({error, Reason}) -> ["error ", text(Reason)].

%% The children of a dynamic supervisor have no order.
children(Sup, Children) ->
    Texts = [child(Sup, Child) || Child <- Children],
    Ordered = case conformance_trace:is_dynamic(Sup) of true -> lists:sort(Texts); false -> Texts end,
    ["[", lists:join(" ", Ordered), "]"].

child(Sup, {Id, Pid, Type, _}) ->
    Flat =
        case conformance_trace:is_dynamic(Sup) of
            true -> io_lib:format("~ts:~s", [text(Pid), Type]);
            false -> io_lib:format("~s=~ts:~s", [Id, text(Pid), Type])
        end,
    lists:flatten(Flat).

%% How many specs a dynamic supervisor has is decided differently: asked for apart, by count-specs.
counts(Sup, Counts) ->
    [Specs, Active, Sups, Workers] = [proplists:get_value(K, Counts) || K <- [specs, active, supervisors, workers]],
    case conformance_trace:is_dynamic(Sup) of
        true -> io_lib:format("active ~p supervisors ~p workers ~p", [Active, Sups, Workers]);
        false -> io_lib:format("specs ~p active ~p supervisors ~p workers ~p", [Specs, Active, Sups, Workers])
    end.

text(Term) -> conformance_trace:text(Term).
pid(Label) -> conformance_trace:pid_of(Label).
