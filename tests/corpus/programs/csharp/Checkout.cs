using System;
using System.Threading.Tasks;

namespace Shop
{
    public class PaymentException : Exception
    {
        public PaymentException(string message, Exception inner = null) : base(message, inner)
        {
        }
    }

    /// <summary>One place that fails with several messages, and errors that have causes.</summary>
    public class Checkout
    {
        public void Pay(string reason)
        {
            throw new PaymentException(reason);
        }

        void Charge(string card)
        {
            try
            {
                int.Parse("A" + card);
            }
            catch (FormatException error)
            {
                throw new InvalidOperationException("card has no number", error);
            }
        }

        public void Confirm(string card)
        {
            try
            {
                Charge(card);
            }
            catch (InvalidOperationException error)
            {
                throw new PaymentException("payment refused", error);
            }
        }

        public static void ConfirmAll(string card)
        {
            var first = Task.Run(() => new Checkout().Confirm(card));
            var second = Task.Run(() => Orders.Load(card));
            Task.WaitAll(first, second);
        }
    }
}
