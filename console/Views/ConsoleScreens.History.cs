namespace SensorNet.Console.Views;

/// <summary>Where the operator has been: <c>[</c> and <c>]</c> go back and forward through views with their filters.</summary>
internal sealed partial class ConsoleScreens
{
    private const int MaxHistory = 50;
    private readonly List<(int View, string? Filter, string? Selected)> _history = [];
    private int _historyIndex;

    /// <summary>Notes where the operator is before going elsewhere by a step of his own; what lay ahead is forgotten.</summary>
    private void Leave()
    {
        _history.RemoveRange(_historyIndex, _history.Count - _historyIndex);
        var here = Here();
        if (_history.Count == 0 || _history[^1] != here)
        {
            _history.Add(here);
        }

        if (_history.Count > MaxHistory)
        {
            _history.RemoveAt(0);
        }

        _historyIndex = _history.Count;
    }

    private (int View, string? Filter, string? Selected) Here() => (_currentView, _views[_currentView].Filter, _views[_currentView].SelectedId);

    private string? WhyNoStep(int by) => _historyIndex + by >= 0 && _historyIndex + by < _history.Count + (by < 0 ? 1 : 0) ? null : by < 0 ? "this is where you began" : "there is nothing ahead";

    private void Step(int by)
    {
        var here = Here();
        if (_historyIndex == _history.Count)
        {
            _history.Add(here);
        }
        else
        {
            _history[_historyIndex] = here;
        }

        _historyIndex += by;
        var (view, filter, selected) = _history[_historyIndex];
        (_previousView, _currentView) = (_currentView, view);
        _stack.Clear();
        if (_views[view].Filter != filter)
        {
            _views[view].Filter = filter;
        }

        _views[view].SelectedId = selected;
        RefreshTop();
    }
}
