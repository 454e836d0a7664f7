%% The actors of a scenario: supervisors made from data, and a worker that does as it is told and writes down what it hears.
%% Must not know what is expected of it.
-module(conformance_actor).
-export([start_worker/1, start_worker/2, start_supervisor/1, child_spec/1, reason/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, handle_continue/2, terminate/2]).

-define(ELIXIR, 'Elixir.ConformanceElixir').

start_supervisor(#{dynamic := elixir} = Spec) -> ?ELIXIR:start_dynamic(Spec);
start_supervisor(Spec) -> supervisor:start_link(?MODULE, {supervisor, Spec}).

start_worker(#{extra := Extra} = Spec) ->
    case start_worker(start_link, Spec) of
        {ok, Pid} -> {ok, Pid, Extra};
        Other -> Other
    end;
start_worker(Spec) -> start_worker(start_link, Spec).

start_worker(Way, #{name := Name} = Spec) -> gen_server:Way({local, Name}, ?MODULE, {worker, Spec}, options(Spec));
start_worker(Way, #{via := [Registry, Key]} = Spec) ->
    gen_server:Way({via, 'Elixir.Registry', {Registry, Key}}, ?MODULE, {worker, Spec}, options(Spec));
start_worker(Way, Spec) -> gen_server:Way(?MODULE, {worker, Spec}, options(Spec)).

options(#{initTimeout := Timeout}) -> [{timeout, Timeout}];
options(_) -> [].

%% Only what the data says: the rest are OTP's defaults.
child_spec(#{children := _} = Spec) ->
    maps:merge(
        #{start => {?MODULE, start_supervisor, [Spec]}, type => supervisor},
        maps:with([id, restart, shutdown, type, significant], Spec)
    );
child_spec(Spec) ->
    maps:merge(
        #{start => {?MODULE, start_worker, [Spec]}},
        maps:with([id, restart, shutdown, type, significant, unknown], Spec)
    ).

reason(#{shutdown := Term}) -> {shutdown, Term};
reason(Term) -> Term.

%% Order: high, so that whoever waits for quiet, at normal priority, runs only when none of these can.
init({supervisor, #{id := Id} = Made}) ->
    process_flag(priority, high),
    %% Asked again by one who runs already: its options are being changed.
    Spec =
        case conformance_trace:kept({changed, self()}) of
            undefined -> conformance_trace:begin_incarnation(Id), Made;
            Changed -> Changed
        end,
    case Spec of
        #{dynamic := true, children := Children} ->
            conformance_trace:mark_dynamic(self()),
            Template = maps:merge(
                #{id => template, start => {?MODULE, start_worker, []}},
                maps:with([restart, shutdown, type, significant], maps:get(template, Spec, #{}))
            ),
            Templates = case Children of [] -> [Template]; _ -> [child_spec(C) || C <- Children] end,
            {ok, {(flags(Spec))#{strategy => simple_one_for_one}, Templates}};
        #{children := Children} ->
            {ok, {flags(Spec), [child_spec(C) || C <- Children]}}
    end;
init({worker, #{id := Id} = Spec}) ->
    process_flag(priority, high),
    process_flag(trap_exit, maps:get(trap, Spec, true)),
    N = conformance_trace:begin_incarnation(Id),
    Script = maps:get(init, Spec, []),
    Mode = case N =< length(Script) of true -> lists:nth(N, Script); false -> ok end,
    begin_as(Mode, Spec).

flags(Spec) ->
    Renamed = case Spec of #{autoShutdown := Mode} -> Spec#{auto_shutdown => Mode}; _ -> Spec end,
    maps:with([strategy, intensity, period, auto_shutdown], Renamed).

begin_as(ok, #{id := Id} = Spec) ->
    life("I(~s)", [Id]),
    State = #{spec => Spec, id => Id, value => maps:get(state, Spec, 0), monitors => #{}},
    case Spec of
        #{continue := Value} -> {ok, State, {continue, [mark, Value]}};
        #{timeout := Timeout} -> {ok, State, Timeout};
        _ -> {ok, State}
    end;
begin_as(fail, #{id := Id}) -> life("F(~s)", [Id]), {stop, nope};
begin_as(raise, #{id := Id}) -> life("F(~s)", [Id]), error(nope);
begin_as(exit, #{id := Id}) -> life("F(~s)", [Id]), exit(nope);
begin_as(normal, #{id := Id}) -> life("F(~s)", [Id]), {stop, normal};
begin_as(shutdown, #{id := Id}) -> life("F(~s)", [Id]), {stop, shutdown};
begin_as(ignore, #{id := Id}) -> life("G(~s)", [Id]), ignore;
begin_as(hang, _) -> hang();
begin_as('gate-ok', Spec) -> gate(), begin_as(ok, Spec);
begin_as('gate-fail', Spec) -> gate(), begin_as(fail, Spec);
begin_as('gate-ignore', Spec) -> gate(), begin_as(ignore, Spec).

handle_call(Op, From, State) ->
    case act(Op, State#{from => From}) of
        {value, Value, Next} -> {reply, Value, Next};
        {noreply, Next} -> {noreply, Next};
        {stop, Reason, Next} -> {stop, Reason, Next};
        {stop_reply, Reason, Value, Next} -> {stop, Reason, Value, Next};
        {continue, Op2, Next} -> {reply, ok, Next, {continue, Op2}};
        {timeout, Timeout, Next} -> {reply, ok, Next, Timeout};
        {bad, Value} -> Value
    end.

handle_cast(Op, State) -> told(act(Op, State)).

handle_continue(Op, State) -> told(act(Op, State)).

%% A task's answer that nobody waits for any more; ours goes to a promise and is never a message.
handle_info({Ref, _}, State) when is_reference(Ref) ->
    {noreply, State};
handle_info(Message, State) ->
    Text =
        case Message of
            {'EXIT', From, Reason} -> io_lib:format("EXIT(~ts,~ts)", [text(From), text(Reason)]);
            {'DOWN', _, process, Object, Reason} -> io_lib:format("DOWN(~ts,~ts)~ts", [object(Object), text(Reason), freed(State)]);
            Other -> text(Other)
        end,
    hears(State, Text),
    case {Message, State} of
        {_, #{spec := #{onInfo := Op}}} -> told(act(Op, State));
        _ -> {noreply, State}
    end.

terminate(Reason, #{id := Id, spec := Spec}) ->
    life("T(~s,~ts)", [Id, text(Reason)]),
    case maps:get(terminate, Spec, ok) of
        ok -> ok;
        hang -> hang();
        gate -> gate();
        raise -> error(broken);
        exit -> exit(broken);
        clean -> exit(normal)
    end.

told({value, _, Next}) -> {noreply, Next};
told({noreply, Next}) -> {noreply, Next};
told({stop, Reason, Next}) -> {stop, Reason, Next};
told({stop_reply, Reason, _, Next}) -> {stop, Reason, Next};
told({continue, Op, Next}) -> {noreply, Next, {continue, Op}};
told({timeout, Timeout, Next}) -> {noreply, Next, Timeout};
told({bad, Value}) -> Value.

act([get], #{value := Value} = S) -> {value, Value, S};
act([put, Value], #{value := Old} = S) -> {value, Old, S#{value := Value}};
act([add, N], #{value := Old} = S) -> {value, Old + N, S#{value := Old + N}};
act([mark, Text], S) -> hears(S, ["mark ", text(Text)]), {value, ok, S};
act([link, L], S) -> link(pid(L)), {value, ok, S};
act([unlink, L], S) -> unlink(pid(L)), {value, ok, S};
act([monitor, L], S) -> monitored(L, erlang:monitor(process, pid(L)), S);
act(['monitor-name', Name], S) -> monitored(Name, erlang:monitor(process, Name), S);
act([demonitor, L], #{monitors := M} = S) ->
    [erlang:demonitor(Ref, [flush]) || Ref <- maps:get(L, M, [])],
    {value, ok, S#{monitors := maps:remove(L, M)}};
act([alias, Name], S) -> conformance_trace:keep({alias, Name}, alias()), {value, ok, S};
act(['monitor-alias', L, Way, Name], S) ->
    Mode = case Way of demonitor -> demonitor; reply -> reply_demonitor end,
    Ref = erlang:monitor(process, pid(L), [{alias, Mode}]),
    conformance_trace:keep({alias, Name}, Ref),
    monitored(L, Ref, S);
act([unalias, Name], S) -> {value, unalias(conformance_trace:kept({alias, Name})), S};
act(['send-alias', Name, M], S) -> conformance_trace:kept({alias, Name}) ! M, {value, ok, S};
act([exit, R], _) -> exit(reason(R));
act([raise, X], _) -> error(X);
act([throw, X], _) -> throw(X);
act([stop, R], S) -> {stop, reason(R), S};
act(['stop-reply', R, V], S) -> {stop_reply, reason(R), V, S};
act([noreply], S) -> {noreply, S};
act([defer], #{from := From} = S) -> {noreply, S#{kept => From}};
act([answer, V], #{kept := From} = S) -> gen_server:reply(From, V), {value, ok, S};
act(['bad-return'], _) -> {bad, rubbish};
act([hang], _) -> hang();
act([gate], S) -> gate(), {value, ok, S};
act([send, L, M], S) -> pid(L) ! M, {value, ok, S};
act(['send-name', N, M], S) -> {value, try N ! M, ok catch error:badarg -> name_unknown end, S};
act([signal, L, R], S) -> exit(pid(L), reason(R)), {value, ok, S};
act([cast, L, Op], S) -> gen_server:cast(pid(L), Op), {value, ok, S};
act(['call', L, Op], S) -> {value, gen_server:call(pid(L), Op), S};
act(['call-caught', L, Op, Timeout], S) ->
    Value = try gen_server:call(pid(L), Op, Timeout) catch exit:E -> list_to_atom(lists:flatten(["exit ", text(E)])) end,
    {value, Value, S};
act([register, N], S) -> {value, try register(N, self()), ok catch error:badarg -> name_taken end, S};
act([where, N], S) -> {value, where(N), S};
act([spawn, Spec], S) -> {value, started(start_worker(start, Spec)), S};
act(['spawn-link', Spec], S) -> {value, started(start_worker(start_link, Spec)), S};
act(['after', Ms, L, M], S) -> {value, ok, S#{timer => erlang:send_after(Ms, pid(L), M)}};
act([cancel], #{timer := Timer} = S) -> erlang:cancel_timer(Timer), {value, ok, S};
act(['cancel-left'], #{timer := Timer} = S) -> {value, is_integer(erlang:cancel_timer(Timer)), S};
act([continue, Op], S) -> {continue, Op, S};
act([timeout, Ms], S) -> {timeout, Ms, S};
act([seq, Ops], S) ->
    lists:foldl(fun(Op, {value, _, Next}) -> act(Op, Next) end, {value, ok, S}, Ops);
%% Anything else is Elixir's: there only where the machine was started by it.
act(Op, S) ->
    ?ELIXIR:act(Op, S).

monitored(Key, Ref, #{monitors := M} = S) ->
    {value, ok, S#{monitors := M#{Key => [Ref | maps:get(Key, M, [])]}}}.

started({ok, Pid}) -> list_to_atom("ok " ++ conformance_trace:label(Pid));
started(ignore) -> ignored;
started({error, Reason}) -> list_to_atom(lists:flatten(["error ", text(Reason)])).

where(Name) ->
    case whereis(Name) of
        undefined -> undefined;
        Pid -> list_to_atom(conformance_trace:label(Pid))
    end.

%% Whether the name of the one who went down is free already, for those that are asked to look.
freed(#{spec := #{looksAt := Name}}) -> [" ", text(where(Name))];
freed(_) -> "".

object({Name, _Node}) -> atom_to_list(Name);
object(Pid) -> text(Pid).

hears(#{id := Id}, Text) -> conformance_trace:add(Id, io_lib:format("~s heard ~ts", [Id, Text])).
%% Whose life it is stands behind: of two incarnations that end in one step each may be somebody else's child.
life(Format, Args) -> conformance_trace:add(list_to_atom("life " ++ conformance_trace:label(self())), io_lib:format(Format, Args)).
text(Term) -> conformance_trace:text(Term).
pid(Label) -> conformance_trace:pid_of(Label).
gate() -> conformance_trace:await_release().
hang() -> receive '$never' -> ok end.
