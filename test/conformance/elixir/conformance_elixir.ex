# What scenarios of Elixir's own behaviours do on real Elixir: registries, tasks, dynamic and partition supervisors; the twin of
# registry-acts.ts, task-acts.ts and partition-acts.ts.
# Must not know what is expected.
defmodule ConformanceElixir do
  alias :conformance_trace, as: Trace

  # No module is loaded in the middle of a step: "quiet" would not see who waits for it.
  def main(file) do
    for application <- [:stdlib, :elixir] do
      {:ok, modules} = :application.get_key(application, :modules)
      for module <- modules, do: :code.ensure_loaded(module)
    end

    for module <- [:conformance, :conformance_actor, :conformance_trace], do: :code.ensure_loaded(module)
    :conformance.main([String.to_charlist(file)])
  end

  # Steps.

  def perform([:registry, name, keys], world), do: perform([:registry, name, keys, []], world)

  def perform([:registry, name, keys, listeners], _world) do
    {:ok, pid} = Registry.start_link(name: name, keys: keys, listeners: listeners)
    Process.unlink(pid)
    :silent
  end

  def perform([:lookup, name, key], _world), do: entries(Registry.lookup(name, key))
  def perform([:match, name, key, value], _world), do: entries(Registry.match(name, key, value))
  def perform([:"count-entries", name], _world), do: text(Registry.count(name))
  def perform([:"keys-of", name, label], _world), do: list(Enum.sort(Registry.keys(name, pid(label))))
  def perform([:"values-of", name, key, label], _world), do: list(Registry.values(name, key, pid(label)))

  def perform([:"whereis-key", name, key], _world) do
    case Registry.whereis_name({name, key}) do
      :undefined -> "undefined"
      found -> text(found)
    end
  end

  def perform([:dispatch, name, key, message], _world) do
    me = self()

    Registry.dispatch(name, key, fn found ->
      for {pid, _} <- found, do: send(pid, message)
      send(me, {:visited, length(found)})
    end)

    receive do
      {:visited, count} -> "visited #{count}"
    after
      0 -> "not visited"
    end
  end

  def perform([:"task-supervisor", name, max], _world) do
    {:ok, pid} = Task.Supervisor.start_link(name: name, max_children: max)
    Process.unlink(pid)
    :silent
  end

  def perform([:partitions, name, count, template], _world) do
    result =
      safely(fn ->
        PartitionSupervisor.start_link(
          name: name,
          partitions: count,
          child_spec: %{id: :partition, start: {:conformance_actor, :start_worker, [template]}},
          with_arguments: fn [spec], at -> [%{spec | id: :"#{spec.id}#{at}"}] end
        )
      end)

    with {:ok, pid} <- result do
      Process.unlink(pid)
      "ok"
    end
  end

  def perform([:route, name, key], _world) do
    case GenServer.whereis({:via, PartitionSupervisor, {name, key}}) do
      nil -> "none"
      found -> text(found)
    end
  end

  def perform([:"which-partitions", name], _world) do
    found = for {id, pid, type, _} <- PartitionSupervisor.which_children(name), do: {id, "#{id}=#{text(pid)}:#{type}"}
    list(for {_, words} <- Enum.sort(found), do: words)
  end

  def perform([:"count-partitions", name], _world) do
    %{specs: specs, active: active, supervisors: supervisors, workers: workers} = PartitionSupervisor.count_children(name)
    "specs #{specs} active #{active} supervisors #{supervisors} workers #{workers}"
  end

  def perform([:"stop-partitions", name], _world) do
    text(PartitionSupervisor.stop(name, :shutdown))
  end

  # What a worker does.

  def act([:reg, name, key, value], state) do
    case Registry.register(name, key, value) do
      {:ok, _} -> {:value, :ok, state}
      {:error, {:already_registered, pid}} -> {:value, :"error already_registered(#{text(pid)})", state}
    end
  end

  def act([:unreg, name, key], state), do: {:value, Registry.unregister(name, key), state}
  def act([:"unreg-match", name, key, value], state), do: {:value, Registry.unregister_match(name, key, value), state}

  def act([:update, name, key, n], state) do
    case Registry.update_value(name, key, &(&1 + n)) do
      :error -> {:value, :error, state}
      {new, old} -> {:value, :"updated #{old} #{new}", state}
    end
  end

  def act([:task, id, script], state) do
    Trace.keep({:task, id}, Task.async(work(id, script)))
    {:value, :ok, state}
  end

  def act([:"task-nolink", id, script, supervisor], state) do
    Trace.keep({:task, id}, Task.Supervisor.async_nolink(supervisor, work(id, script)))
    {:value, :ok, state}
  end

  def act([:await, id, timeout], state), do: {:value, caught(fn -> "ok #{text(Task.await(task(id), timeout))}" end), state}

  def act([:"await-many", ids, timeout], state) do
    {:value, caught(fn -> list(Task.await_many(Enum.map(ids, &task/1), timeout)) end), state}
  end

  def act([:yield, id, timeout], state), do: {:value, outcome(Task.yield(task(id), timeout)), state}
  def act([:"shutdown-task", id, how], state), do: {:value, outcome(Task.shutdown(task(id), how)), state}

  def act([:stream, inputs, options], %{id: id} = state) do
    hears = fn words -> Trace.add(id, "#{id} heard #{words}") end

    try do
      inputs |> source(options, hears) |> stream(options) |> take(options) |> Enum.each(&hears.("got #{element(&1)}"))
      hears.("the end")
    catch
      :exit, reason -> hears.("stream exit #{text(reason)}")
      :error, %RuntimeError{message: "reached the maximum number of tasks" <> _} -> hears.("stream error max_children")
      :error, reason -> hears.("stream error(#{reason_of(reason)})")
    end

    {:value, :ok, state}
  end

  defp source(inputs, options, hears) do
    Stream.resource(
      fn -> inputs end,
      fn
        [] ->
          {:halt, []}

        [[id, _] = input | rest] ->
          if Map.get(options, :breaks) == id, do: :erlang.error(:broken)
          hears.("pull #{id}")
          {[input], rest}
      end,
      fn _ -> hears.("closed") end
    )
  end

  defp stream(source, options) do
    given = [max_concurrency: options.max, ordered: Map.get(options, :ordered, true), timeout: Map.get(options, :timeout, 5000)]
    given = if Map.get(options, :onTimeout) == :kill, do: given ++ [on_timeout: :kill_task], else: given
    perform = fn [id, script] -> work(id, script).() end

    case options do
      %{supervisor: name, link: false} -> Task.Supervisor.async_stream_nolink(name, source, perform, given)
      %{supervisor: name} -> Task.Supervisor.async_stream(name, source, perform, given)
      _ -> Task.async_stream(source, perform, given)
    end
  end

  defp take(stream, %{take: count}), do: Stream.take(stream, count)
  defp take(stream, _), do: stream

  defp element({:ok, value}), do: text(value)
  defp element({:exit, reason}), do: "exit #{text(reason)}"

  defp outcome(nil), do: nil
  defp outcome({:ok, value}), do: :"ok #{text(value)}"
  defp outcome({:exit, reason}), do: :"exit #{text(reason)}"

  defp work(id, script) do
    fn ->
      Process.flag(:priority, :high)
      Trace.begin_incarnation(id)
      Trace.add(:life, "I(#{id})")
      Enum.reduce(script, :ok, &step/2)
    end
  end

  defp step([:value, value], _), do: value
  defp step([:after, ms], last), do: Process.sleep(ms) && last
  defp step([:raise, reason], _), do: :erlang.error(reason)
  defp step([:exit, reason], _), do: exit(:conformance_actor.reason(reason))
  defp step([:callers], _), do: :"#{list(Process.get(:"$callers"))}"
  defp step([:nest, id, script], _), do: Task.await(Task.async(work(id, script)), :infinity)

  defp step([:gate], last) do
    Trace.await_release()
    last
  end

  # Elixir's own dynamic supervisor.

  def start_dynamic(spec), do: DynamicSupervisor.start_link(__MODULE__, spec)

  def init(%{id: id} = spec) do
    Process.flag(:priority, :high)
    Trace.begin_incarnation(id)
    Trace.mark_dynamic(self())
    Trace.keep({:elixir, self()}, true)
    given = for {from, to} <- [intensity: :max_restarts, period: :max_seconds, maxChildren: :max_children], is_map_key(spec, from), do: {to, spec[from]}
    DynamicSupervisor.init([strategy: :one_for_one] ++ given)
  end

  def start_child(supervisor, spec), do: DynamicSupervisor.start_child(supervisor, :conformance_actor.child_spec(spec))
  def terminate_child(supervisor, pid), do: DynamicSupervisor.terminate_child(supervisor, pid)

  defp entries(found), do: list(for {pid, value} <- found, do: "#{text(pid)}=#{text(value)}")
  defp list(items), do: "[#{Enum.map_join(items, " ", &text/1)}]"
  defp task(id), do: Trace.kept({:task, id})
  defp pid(label), do: Trace.pid_of(label)

  defp caught(ask) do
    :"#{ask.()}"
  catch
    :exit, reason -> :"exit #{text(reason)}"
  end

  defp safely(ask) do
    ask.()
  rescue
    error in ArgumentError -> "refused #{hd(Regex.run(~r/:\w+/, error.message))}"
  end

  defp reason_of(%ErlangError{original: reason}), do: reason
  defp reason_of(reason) when is_atom(reason), do: reason
  defp reason_of(reason), do: inspect(reason)

  defp text(words) when is_binary(words), do: words
  defp text(term), do: IO.iodata_to_binary(Trace.text(term))
end
