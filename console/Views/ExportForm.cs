using System.Text;

namespace SensorNet.Console.Views;

/// <summary>A form in which something can be written to a file.</summary>
/// <param name="Extension">Of the file's name, without a dot.</param>
/// <param name="Content">Makes the octets.</param>
internal sealed record ExportForm(string Extension, Func<byte[]> Content)
{
    public ExportForm(string extension, Func<string> text)
        : this(extension, () => Encoding.UTF8.GetBytes(text()))
    {
    }
}
